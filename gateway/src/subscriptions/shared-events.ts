import { createHash } from "node:crypto";
import type { CompiledOperation } from "../execution/compiled-operation.ts";
import type { CallContext } from "../identity/caller.ts";
import type { SubgraphAddress } from "../supergraph/supergraph.ts";
import { EventStream } from "./event-stream.ts";
import type { Frame } from "./frame.ts";
import type { UpstreamEvent, UpstreamOperation, Upstreams } from "./upstream.ts";

/** An event of a subgraph on its way to everybody who asked for the same under the same name. */
export class SharedEvent {
  /** When it came, by `performance.now()`. */
  readonly cameAt = performance.now();
  readonly #answer: UpstreamEvent;
  readonly #frames = new Map<CompiledOperation, Map<string, Promise<Frame>>>();

  constructor(answer: UpstreamEvent) {
    this.#answer = answer;
  }

  /**
   * The event filled in for one operation: by whoever comes first, for all who come after with the same variables.
   * @param fillIn gets an answer that it may change
   */
  frameFor(
    operation: CompiledOperation,
    variables: string,
    fillIn: (answer: UpstreamEvent) => Promise<Frame>,
  ): Promise<Frame> {
    let frames = this.#frames.get(operation);
    if (!frames) {
      frames = new Map();
      this.#frames.set(operation, frames);
    }
    let frame = frames.get(variables);
    if (!frame) {
      frame = fillIn(structuredClone(this.#answer));
      frames.set(variables, frame);
    }
    return frame;
  }
}

type Subscriber = EventStream<SharedEvent>;

export interface SharedEventsSettings {
  /** Events that may wait for one subscriber. */
  waitingEvents: number;
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
  readonly #waitingEvents: number;
  readonly #live: ReadonlySet<string>;
  /** Those that somebody may still join. */
  readonly #joinable = new Map<string, Set<Subscriber>>();
  /** Ends a group's upstream subscription. */
  readonly #onEmpty = new WeakMap<Set<Subscriber>, () => void>();
  #subscribers = 0;

  constructor(upstreams: Upstreams, { waitingEvents, liveSubscriptions }: SharedEventsSettings) {
    this.#upstreams = upstreams;
    this.#waitingEvents = waitingEvents;
    this.#live = new Set(liveSubscriptions);
  }

  /** How many subscribers hear events, or wait for them. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** @param field the subscription's field, by its name in the schema */
  subscribe(source: SubgraphAddress, field: string, operation: UpstreamOperation, context: CallContext): Subscriber {
    const key = keyOf(source, operation, context);
    const group = this.#joinable.get(key);
    if (group) return this.#join(group, key);
    const subscribers = new Set<Subscriber>();
    this.#joinable.set(key, subscribers);
    const first = this.#join(subscribers, key);
    void this.#pump(subscribers, key, this.#isLive(field), this.#upstreams.subscribe(source, operation, context));
    return first;
  }

  #join(group: Set<Subscriber>, key: string): Subscriber {
    const subscriber: Subscriber = new EventStream<SharedEvent>(this.#waitingEvents, () => {
      this.#subscribers -= 1;
      group.delete(subscriber);
      if (group.size === 0) this.#forget(group, key);
    });
    this.#subscribers += 1;
    group.add(subscriber);
    return subscriber;
  }

  /** Hands on events until there are no more, or nobody who listens. */
  async #pump(
    group: Set<Subscriber>,
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
      for (const subscriber of [...group]) subscriber.fail(error);
    }
  }

  #forget(group: Set<Subscriber>, key: string): void {
    this.#unlist(group, key);
    this.#onEmpty.get(group)?.();
  }

  #unlist(group: Set<Subscriber>, key: string): void {
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
