import type { Caller } from "@psqm/events/transact";

/** What one request carries through the resolvers. */
export interface Context<Loaders = unknown, Resources = unknown> extends Caller {
  correlationId: string;
  /** DataLoaders of this request alone. */
  loaders: Loaders;
  /** What the service opened at its start, e.g. its wake-up calls for live messages. */
  resources: Resources;
}
