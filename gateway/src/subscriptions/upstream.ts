import { operationText, signViewer, VIEWER_EXTENSION } from "@psqm/identity/signing";
import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from "graphql";
import { type Client, createClient, type SubscribePayload } from "graphql-ws";
import type { Logger } from "pino";
import { WebSocket } from "ws";
import { SubgraphFailure, unreachable } from "../execution/subgraph-failure.ts";
import type { CallContext } from "../identity/caller.ts";
import type { SubgraphAddress } from "../supergraph/supergraph.ts";
import { EventStream } from "./event-stream.ts";

export type UpstreamEvent = FormattedExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** The subgraph heard the subscription and would not have it; its errors are the client's to read. */
export class SubscriptionRefused extends Error {
  override name = "SubscriptionRefused";
  readonly errors: readonly GraphQLFormattedError[];

  constructor(subgraph: string, errors: readonly GraphQLFormattedError[]) {
    super(`${subgraph} refused the subscription`);
    this.errors = errors.map((error) => ({ ...error, extensions: { ...error.extensions, serviceName: subgraph } }));
  }
}

export interface UpstreamOperation {
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown>;
}

export interface UpstreamSettings {
  signingSecret?: string | undefined;
  waitingEvents: number;
  log: Logger;
}

const PING_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const ACK_WITHIN_MS = 5_000;

/** The sockets to the subgraphs: at most one for each, opened at its first subscription and closed after its last. */
export class Upstreams {
  readonly #settings: UpstreamSettings;
  readonly #sockets = new Map<string, UpstreamSocket>();
  /** Subscriptions that are being signed. */
  #beginning = 0;

  constructor(settings: UpstreamSettings) {
    this.#settings = settings;
  }

  /** @returns the subgraph's events as they come; the stream fails with a reason when they cannot come any more */
  async subscribe(
    address: SubgraphAddress,
    operation: UpstreamOperation,
    context: CallContext,
  ): Promise<EventStream<UpstreamEvent>> {
    const { signingSecret } = this.#settings;
    this.#beginning += 1;
    try {
      const signature = signingSecret && {
        [VIEWER_EXTENSION]: await signViewer(signingSecret, {
          audience: address.name,
          viewer: context.caller.viewer,
          body: operationText(operation),
        }),
      };
      return this.#socketTo(address).subscribe({
        query: operation.query,
        operationName: operation.operationName ?? null,
        variables: operation.variables,
        extensions: { correlationId: context.correlationId, ...signature },
      });
    } finally {
      this.#beginning -= 1;
    }
  }

  /** How many subscriptions are open at the subgraphs, or are just being opened. */
  get size(): number {
    return [...this.#sockets.values()].reduce((total, socket) => total + socket.size, this.#beginning);
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }

  #socketTo(address: SubgraphAddress): UpstreamSocket {
    const key = `${address.name} ${address.url}`;
    let socket = this.#sockets.get(key);
    if (!socket) {
      const opened = new UpstreamSocket(address, this.#settings, () => {
        this.#sockets.delete(key);
        opened.close();
      });
      this.#sockets.set(key, opened);
      socket = opened;
    }
    return socket;
  }
}

/**
 * One connection to one subgraph, for one life: after its last subscription it is closed and the next one opens another,
 * so that the closing of the old is never taken for the loss of the new.
 */
class UpstreamSocket {
  readonly #address: SubgraphAddress;
  readonly #settings: UpstreamSettings;
  readonly #client: Client;
  readonly #onIdle: () => void;
  readonly #streams = new Set<EventStream<UpstreamEvent>>();
  #pongOverdue: NodeJS.Timeout | undefined;

  constructor(address: SubgraphAddress, settings: UpstreamSettings, onIdle: () => void) {
    this.#address = address;
    this.#settings = settings;
    this.#onIdle = onIdle;
    this.#client = createClient({
      url: address.url.replace(/^http/, "ws"),
      webSocketImpl: WebSocket,
      lazy: true,
      // Never by itself: events would be missing in between and nobody would know.
      retryAttempts: 0,
      connectionAckWaitTimeout: ACK_WITHIN_MS,
      keepAlive: PING_MS,
      on: {
        ping: (received) => {
          if (!received) this.#pongOverdue = setTimeout(() => this.#client.terminate(), PONG_WITHIN_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(this.#pongOverdue);
        },
        // Ahead of the client's own handling, which would quietly subscribe again after a normal closure.
        closed: () => this.#lost(),
      },
    });
  }

  get size(): number {
    return this.#streams.size;
  }

  subscribe(payload: SubscribePayload): EventStream<UpstreamEvent> {
    let unsubscribe = () => {};
    const stream = new EventStream<UpstreamEvent>(this.#settings.waitingEvents, () => {
      this.#streams.delete(stream);
      unsubscribe();
      if (this.#streams.size === 0) this.#onIdle();
    });
    this.#streams.add(stream);
    unsubscribe = this.#client.subscribe<Record<string, unknown>, Record<string, unknown>>(payload, {
      next: (event) => stream.push(event as UpstreamEvent),
      error: (reason) => stream.fail(this.#failureOf(reason)),
      // Also comes after we unsubscribed; by then the stream has ended and hears nothing.
      complete: () => stream.end(),
    });
    return stream;
  }

  close(): void {
    clearTimeout(this.#pongOverdue);
    for (const stream of [...this.#streams]) stream.end();
    void this.#client.dispose();
  }

  #lost(): void {
    clearTimeout(this.#pongOverdue);
    if (this.#streams.size === 0) return;
    this.#settings.log.warn(
      { subgraph: this.#address.name, subscriptions: this.#streams.size },
      "subgraph socket lost",
    );
    for (const stream of [...this.#streams]) stream.fail(streamLost(this.#address.name));
  }

  #failureOf(reason: unknown): Error {
    if (isErrors(reason)) return new SubscriptionRefused(this.#address.name, reason);
    this.#settings.log.warn(
      { subgraph: this.#address.name, url: this.#address.url, reason: String(reason) },
      "subgraph socket failed",
    );
    return unreachable(this.#address.name);
  }
}

function streamLost(subgraph: string): GraphQLError {
  return new SubgraphFailure(
    "SUBSCRIPTION_LOST",
    subgraph,
    `The connection to the subgraph ${subgraph} was lost, so events may be missing from here on. Subscribe again.`,
  );
}

function isErrors(reason: unknown): reason is GraphQLFormattedError[] {
  return (
    Array.isArray(reason) && reason.every((error) => typeof error === "object" && error !== null && "message" in error)
  );
}
