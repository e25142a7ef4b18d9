import { policyOf } from "@psqm/subgraph/policy";
import { describeSchema } from "@psqm/subgraph/schema";
import type { Subgraph } from "@psqm/subgraph/subgraph";
import { everyRole } from "./viewers.ts";

/**
 * Which roles may call each root field, read from the schema itself: `{ "Mutation.openRound": ["programmeTeam"], … }`.
 * A test compares it with the table that people have agreed on, so that a new operation fails until it has a row.
 */
export function policyMatrix(
  subgraph: Pick<Subgraph<never, never>, "name" | "resolvers" | "references">,
): Record<string, string[]> {
  const schema = describeSchema(subgraph);
  const rows: [string, string[]][] = [];
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const policy = policyOf(field);
      const allowed = Object.entries(everyRole).filter(([, viewer]) => policy?.allows(viewer, undefined));
      rows.push([`${type?.name}.${field.name}`, allowed.map(([role]) => role)]);
    }
  }
  return Object.fromEntries(rows);
}
