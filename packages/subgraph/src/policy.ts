// type-graphql keeps its metadata through this polyfill; every decorated class imports this file.
import "reflect-metadata";
import type { Viewer } from "@psqm/identity/viewer";
import { Forbidden, NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { Extensions } from "type-graphql";

/**
 * Who may do or see a thing. Nothing in the graph is without one: a root field says who may call it, a type says which
 * of its rows one may see, and a sensitive field of a type may be stricter than the type.
 */
export interface Policy<Row = never> {
  /** Named in tests, documentation and refusals, e.g. `programme-team`. */
  name: string;
  /** Completes "is for …", e.g. "the programme team". */
  who: string;
  /** @param row the object whose field or self is asked for; absent for root fields */
  allows(viewer: Viewer, row: Row): boolean;
}

/** Seen by whoever may see what holds it: connections, edges, parts of a document, and stubs of another service's type. */
export const partOfParent: Policy<unknown> = {
  name: "part-of-parent",
  who: "whoever may see what holds it",
  allows: () => true,
};

/** Open to all, signed in or not. */
export const everyone: Policy<unknown> = { name: "everyone", who: "everyone", allows: () => true };

/** Open to every person who is known to the programme, whatever their role. */
export const knownPerson: Policy<unknown> = {
  name: "known-person",
  who: "people known to the programme",
  allows: (viewer) => viewer.personId !== null,
};

/**
 * Rows are limited in the SQL of each way to reach them, because the row alone cannot tell who may see it.
 * @param name of the rule that the SQL follows
 */
export function scopedInSql(name: string, who: string): Policy<unknown> {
  return { name, who, allows: () => true };
}

/** Gives a root field, an object type or a sensitive field its policy. */
// biome-ignore lint/suspicious/noExplicitAny: a decorator cannot know the row type of the class it stands on
export const Policed = (policy: Policy<any>): MethodDecorator & PropertyDecorator & ClassDecorator =>
  Extensions({ policy });

/** The policy that a part of the schema was given, if any. */
export function policyOf(part: { extensions: Readonly<Record<string, unknown>> }): Policy<unknown> | undefined {
  return part.extensions["policy"] as Policy<unknown> | undefined;
}

/** The check of a verb behind its lock: a viewer who may not do it to this row is told who may. */
export function requireAllowed<Row>(policy: Policy<Row>, viewer: Viewer, row: Row, what: string): void {
  if (!policy.allows(viewer, row)) throw denial(policy, viewer, what);
}

/** A row that is missing, or that the viewer may not see: both look alike. */
export function requireSeen<Row>(
  policy: Policy<NoInfer<Row>>,
  viewer: Viewer,
  row: Row | null | undefined,
  kind: string,
  id: string,
): Row {
  if (row === null || row === undefined || !policy.allows(viewer, row)) throw new NotFound(kind, id);
  return row;
}

/** Parts of the schema that have no policy, by their coordinates; empty when all is well. */
export function unpoliced(schema: GraphQLSchema): string[] {
  const roots = rootTypes(schema);
  return Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) => {
      if (!roots.includes(type)) return policyOf(type) ? [] : [type.name];
      return Object.values(type.getFields())
        .filter((field) => !policyOf(field))
        .map((field) => `${type.name}.${field.name}`);
    });
}

/** Wraps the resolvers of guarded fields in their checks; plain fields stay plain. Throws when anything has no policy. */
export function enforcePolicies(schema: GraphQLSchema): void {
  const bare = unpoliced(schema);
  if (bare.length > 0) throw new Error(`No policy says who may see or do: ${bare.join(", ")}. Add @Policed(…).`);
  const roots = rootTypes(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      guardResult(field);
      guardEntrance(field, roots.includes(type));
    }
  }
}

interface Asked {
  viewer: Viewer;
}
type AnyField = GraphQLField<unknown, Asked>;

/** The field's own policy is asked before it resolves; over a subscription before it subscribes. */
function guardEntrance(field: AnyField, isRoot: boolean): void {
  const policy = policyOf(field);
  if (!policy) return;
  const check = (source: unknown, { viewer }: Asked) => {
    if (!policy.allows(viewer, isRoot ? undefined : source)) throw denial(policy, viewer, field.name);
  };
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => {
    check(source, context);
    return resolve(source, args, context, info);
  };
  if (subscribe) {
    field.subscribe = (source, args, context, info) => {
      check(source, context);
      return subscribe(source, args, context, info);
    };
  }
}

/** What a field leads to is held to the policy of its type. */
function guardResult(field: AnyField): void {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return;
  const policy = policyOf(type);
  if (!policy || policy === partOfParent || policy === everyone) return;
  const { resolve = defaultFieldResolver } = field;
  const isList = isListType(getNullableType(field.type));
  const required = isNonNullType(field.type);
  field.resolve = async (source, args, context, info) => {
    const found: unknown = await resolve(source, args, context, info);
    if (found === null || found === undefined) return found;
    if (isList) return assertScoped(found as Iterable<unknown>, policy, context.viewer, info.path.key);
    if (policy.allows(context.viewer, found)) return found;
    if (required) throw new NotFound(type.name, String((found as { id?: unknown }).id ?? ""));
    return null;
  };
}

/** Lists are scoped in their SQL; a row that slips through is a fault, never shown and never silently dropped. */
function assertScoped(rows: Iterable<unknown>, policy: Policy<unknown>, viewer: Viewer, field: unknown): unknown[] {
  const list = [...rows];
  if (list.some((row) => row !== null && !policy.allows(viewer, row))) {
    throw new Error(`The list ${String(field)} held rows that ${policy.name} does not let this viewer see.`);
  }
  return list;
}

function denial(policy: Policy<never>, viewer: Viewer, what: string): Error {
  return viewer.kind === "anonymous" ? new Unauthenticated() : new Forbidden(what, policy.who);
}

function rootTypes(schema: GraphQLSchema): (GraphQLObjectType | null | undefined)[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
}
