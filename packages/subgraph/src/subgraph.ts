import type { EntitySchema, MigrationObject } from "@mikro-orm/core";
import type { Clock } from "@psqm/clock/clock";
import type { Database } from "@psqm/database/connect";
import type { Handler } from "@psqm/events/consumer";
import type { Signals } from "@psqm/events/signals";
import type { MailTopic } from "@psqm/mail/mail";
import type { SenderOptions } from "@psqm/mail/sender";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { NonEmptyArray } from "type-graphql";
import type { Context } from "./context.ts";
import type { AskNeighbour } from "./neighbours.ts";

/** What a running service's parts are made from. */
export interface Deps {
  database: Database;
  databaseUrl: string;
  /** How its replicas wake each other. */
  signals: Signals;
  signingSecret: string;
  clock: Clock;
  log: Logger;
  /** What the operator says of the service's own resources, by the names of environment variables. */
  settings: Readonly<Record<string, string | undefined>>;
  ask: AskNeighbour;
}

export interface Closable {
  close(): Promise<void>;
}

/** A service as a table of contents: everything that makes it what it is, by name. */
export interface Subgraph<Loaders = unknown, Resources extends Closable | undefined = Closable | undefined> {
  /** Also its PostgreSQL schema and the audience of calls to it. */
  name: string;
  /** Where it listens unless told otherwise. */
  port: number;
  entities: readonly EntitySchema[];
  migrations: readonly MigrationObject[];
  resolvers: NonEmptyArray<Function>;
  /** Object types that no resolver returns but the graph must have, e.g. stubs. */
  orphanedTypes?: readonly Function[];
  /** Enums and scalars to tag for contracts: name → tags. Object types and fields use `@Directive`. */
  tags?: Readonly<Record<string, readonly string[]>>;
  /** For each type with a key: its row for a reference, or null. One SQL per request: go through a loader. */
  references: Readonly<
    // biome-ignore lint/suspicious/noExplicitAny: each type brings its own key fields
    Record<string, (reference: any, context: Context<Loaders, Resources>) => Promise<unknown> | unknown>
  >;
  /** Made anew for every request, and for every event of a subscription. */
  loaders(context: Omit<Context, "loaders">): Loaders;
  /** Events of other services that this one acts on. */
  handlers: readonly Handler[];
  /** Opened at the start, closed at the end. */
  open?(deps: Deps): Promise<Resources>;
  /**
   * Of a service that sends mail and has `mailMigration`: what its optional mails are about. The gateway lets
   * `/mail/<name>/` through to it.
   */
  mailTopics?: readonly MailTopic[];
  /** Asked when a mail is about to leave: whether it has lost its point since it was written. */
  isMailOvertaken?: SenderOptions["isOvertaken"];
  /** HTTP routes beside the graph. */
  routes?(app: FastifyInstance, deps: Deps, resources: Resources): void;
}

/** Infers the loaders' and resources' types; gives back what it got. */
export function defineSubgraph<Loaders, Resources extends Closable | undefined = undefined>(
  subgraph: Subgraph<Loaders, Resources>,
): Subgraph<Loaders, Resources> {
  return subgraph;
}
