import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import type { Logger } from "pino";
import { type Dispatcher, errors, Pool } from "undici";
import type { CallContext } from "../identity/caller.ts";
import { CORRELATION_HEADER } from "../identity/correlation.ts";
import type { SubgraphAddress } from "../supergraph/supergraph.ts";
import type { SubgraphAnswer } from "./compile-plan.ts";
import { badAnswer, SubgraphFailure, timedOut, unreachable } from "./subgraph-failure.ts";

export interface SubgraphClientSettings {
  signingSecret?: string | undefined;
  timeoutMs: number;
  log: Logger;
}

const CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 2_000;
const READINESS_TIMEOUT_MS = 2_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks one subgraph over a pool of kept-alive connections, signing each call when there is a secret to sign with. */
export class SubgraphClient {
  readonly name: string;
  readonly url: string;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #settings: SubgraphClientSettings;

  constructor({ name, url }: SubgraphAddress, settings: SubgraphClientSettings) {
    const { origin, pathname, search } = new URL(url);
    this.name = name;
    this.url = url;
    this.#path = pathname + search;
    this.#settings = settings;
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: settings.timeoutMs,
      bodyTimeout: settings.timeoutMs,
      maxResponseSize: LARGEST_ANSWER_BYTES,
    });
  }

  /**
   * @param body the whole text of the request
   * @throws SubgraphFailure when no answer can be had
   */
  async send(body: string, context: CallContext): Promise<SubgraphAnswer> {
    try {
      const response = await this.#post(body, context);
      return this.#answerOf(response.statusCode, await response.body.text());
    } catch (error) {
      throw this.#failureOf(error, context);
    }
  }

  /** Whether it answers: its own word where it has a readiness address, otherwise the smallest query. */
  async isReady(context: CallContext): Promise<boolean> {
    const signal = AbortSignal.timeout(READINESS_TIMEOUT_MS);
    try {
      const ready = await this.#pool.request({ path: "/health/ready", method: "GET", signal });
      await ready.body.dump();
      if (ready.statusCode === 200) return true;
      if (ready.statusCode !== 404) return false;
      const answer = await this.#post(JSON.stringify({ query: "{ __typename }" }), context, signal);
      await answer.body.dump();
      return answer.statusCode === 200;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #post(body: string, context: CallContext, signal?: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { signingSecret, timeoutMs } = this.#settings;
    return this.#pool.request({
      path: this.#path,
      method: "POST",
      headers: {
        ...context.propagated,
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        [CORRELATION_HEADER]: context.correlationId,
        ...(signingSecret && {
          [VIEWER_HEADER]: await signViewer(signingSecret, {
            audience: this.name,
            viewer: context.caller.viewer,
            body,
          }),
        }),
      },
      body,
      // The pool's own timeouts begin with each piece that arrives; this one bounds the whole call.
      signal: signal ?? AbortSignal.timeout(timeoutMs),
    });
  }

  #answerOf(status: number, text: string): SubgraphAnswer {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw badAnswer(this.name, status === 200 ? "something that is not JSON" : `HTTP status ${status}`);
    }
    if (!isAnswer(answer)) throw badAnswer(this.name, `HTTP status ${status} with neither data nor errors`);
    return answer as SubgraphAnswer;
  }

  #failureOf(error: unknown, context: CallContext): SubgraphFailure {
    const failure = isSubgraphFailure(error)
      ? error
      : isTimeout(error)
        ? timedOut(this.name, this.#settings.timeoutMs)
        : unreachable(this.name);
    this.#settings.log.warn(
      {
        subgraph: this.name,
        url: this.url,
        correlationId: context.correlationId,
        code: failure.extensions["code"],
        err: error,
      },
      "subgraph call failed",
    );
    return failure;
  }
}

function isAnswer(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (("data" in value && (value.data === null || typeof value.data === "object")) ||
      ("errors" in value && Array.isArray(value.errors)))
  );
}

function isSubgraphFailure(error: unknown): error is SubgraphFailure {
  return error instanceof SubgraphFailure;
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    (typeof error === "object" && error !== null && "name" in error && error.name === "TimeoutError")
  );
}
