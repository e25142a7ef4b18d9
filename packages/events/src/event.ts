/** A fact that one service tells the others. Delivered at least once, in order per aggregate. */
export interface PlatformEvent<Payload = unknown> {
  id: string;
  /** The service that it happened in. */
  source: string;
  type: string;
  /** Id of the thing it happened to; events of one aggregate arrive in the order they were committed. */
  aggregate: string;
  /** Rises with every event of the aggregate; gaps are normal. */
  sequence: number;
  occurredAt: Date;
  payload: Payload;
}

/** A type of event with the shape of its payload, declared by the service that emits it. */
export interface EventType<Payload> {
  readonly type: string;
  /** Carries the payload's type only. */
  readonly payload?: Payload;
}

export function eventType<Payload>(type: string): EventType<Payload> {
  return { type };
}
