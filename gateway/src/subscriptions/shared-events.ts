import { createHash } from "node:crypto";
import type { CallContext } from "../identity/caller.ts";
import type { SubgraphAddress } from "../supergraph/supergraph.ts";
import type { Delivery } from "./delivery.ts";
import type { EventStream } from "./event-stream.ts";
import { SharedEvent } from "./shared-event.ts";
import type { UpstreamEvent, UpstreamOperation, Upstreams } from "./upstream.ts";

export interface SharedEventsSettings {
  /** Names of subscription fields whose events do not depend on when one subscribed; `*` for all. */
  liveSubscriptions: readonly string[];
}

/**
 * Subscriptions at the subgraphs, each shared by everybody who asks the same with the same identity. A subscription may
 * begin with what happened before (everything after a message, say), so that one who comes after its first event would
 * miss its beginning: unless the field is known to be live, the late one gets an upstream subscription of its own.
 */
export class SharedEvents {
  readonly #upstreams: Upstreams;
  readonly #live: ReadonlySet<string>;
  /** Those that somebody may still join. */
  readonly #joinable = new Map<string, Set<Delivery>>();
  /** Ends a group's upstream subscription. */
  readonly #onEmpty = new WeakMap<Set<Delivery>, () => void>();
  #subscribers = 0;

  constructor(upstreams: Upstreams, { liveSubscriptions }: SharedEventsSettings) {
    this.#upstreams = upstreams;
    this.#live = new Set(liveSubscriptions);
  }

  /** How many subscribers hear events, or wait for them. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** @param field the subscription's field, by its name in the schema */
  subscribe(
    source: SubgraphAddress,
    field: string,
    operation: UpstreamOperation,
    context: CallContext,
    subscriber: Delivery,
  ): void {
    const key = keyOf(source, operation, context);
    const known = this.#joinable.get(key);
    const group = known ?? new Set<Delivery>();
    this.#subscribers += 1;
    group.add(subscriber);
    subscriber.begin(() => {
      this.#subscribers -= 1;
      group.delete(subscriber);
      if (group.size === 0) this.#forget(group, key);
    });
    if (known) return;
    this.#joinable.set(key, group);
    void this.#pump(group, key, this.#isLive(field), this.#upstreams.subscribe(source, operation, context));
  }

  /** Hands on events until there are no more, or nobody who listens. */
  async #pump(
    group: Set<Delivery>,
    key: string,
    live: boolean,
    beginning: Promise<EventStream<UpstreamEvent>>,
  ): Promise<void> {
    try {
      const events = await beginning;
      this.#onEmpty.set(group, () => void events.return());
      if (group.size === 0) await events.return();
      for await (const answer of events) {
        if (!live) this.#unlist(group, key);
        const event = new SharedEvent(answer);
        for (const subscriber of [...group]) subscriber.push(event);
      }
      this.#unlist(group, key);
      for (const subscriber of [...group]) subscriber.end();
    } catch (error) {
      this.#unlist(group, key);
      for (const subscriber of [...group]) subscriber.end(error);
    }
  }

  #forget(group: Set<Delivery>, key: string): void {
    this.#unlist(group, key);
    this.#onEmpty.get(group)?.();
  }

  #unlist(group: Set<Delivery>, key: string): void {
    if (this.#joinable.get(key) === group) this.#joinable.delete(key);
  }

  #isLive(field: string): boolean {
    return this.#live.has(field) || this.#live.has("*");
  }
}

/** Everything on which the events may depend; hashed, because a viewer may be long. */
function keyOf({ name, url }: SubgraphAddress, operation: UpstreamOperation, context: CallContext): string {
  const { query, operationName, variables } = operation;
  const parts = [name, url, query, operationName ?? null, variables, context.caller.viewer, context.propagated];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
