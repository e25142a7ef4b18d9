import { isDay } from "@psqm/clock/clock";
import { BadInput } from "@psqm/refusal/refusal";
import { GraphQLScalarType, Kind } from "graphql";

function day(value: unknown): string {
  if (typeof value === "string" && isDay(value)) return value;
  throw new BadInput(`A Day is a calendar day such as "2026-09-01"; this is ${JSON.stringify(value)}.`);
}

/** A London calendar day as text. */
export const DayScalar = new GraphQLScalarType({
  name: "Day",
  description: "A calendar day in Europe/London, written YYYY-MM-DD.",
  serialize: day,
  parseValue: day,
  parseLiteral: (node) => day(node.kind === Kind.STRING ? node.value : null),
});
