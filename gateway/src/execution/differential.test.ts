import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type GraphQLError, NoUnusedVariablesRule, parse, specifiedRules, validate } from "graphql";
import { buildSupergraph } from "../supergraph/supergraph.ts";
import { numbers, randomOperation } from "../testing/random-operation.ts";
import { randomSupergraph, supergraphSpec } from "../testing/random-supergraph.ts";
import { type StockOutcome, stockExecutor } from "../testing/stock-executor.ts";
import { CompiledOperation, type OperationResult } from "./compiled-operation.ts";
import type { Json } from "./merge.ts";

/** More where time allows: `DIFFERENTIAL_RUNS=5000 DIFFERENTIAL_SEED=…`. */
const RUNS = Number(process.env["DIFFERENTIAL_RUNS"] ?? 100);
const SEED = Number(process.env["DIFFERENTIAL_SEED"] ?? 20_261_122);
const OPERATIONS_EACH = 6;

test("gives the data and the errors that the stock executor gives, on random supergraphs and operations", async () => {
  let ran = 0;
  let withErrors = 0;
  await fc.assert(
    fc.asyncProperty(
      supergraphSpec,
      fc.array(numbers, { minLength: OPERATIONS_EACH, maxLength: OPERATIONS_EACH }),
      async (spec, choices) => {
        const built = randomSupergraph(spec);
        const supergraph = buildSupergraph(built.sdl);
        const runStock = stockExecutor(built.sdl, built.answer);
        for (const numbersOfOne of choices) {
          const { document: text, variables } = randomOperation(supergraph.schema, numbersOfOne);
          const document = parse(text);
          expect(validate(supergraph.schema, document, rules)).toEqual([]);
          const compiled = new CompiledOperation(supergraph, document, undefined);
          const ours = outcome(await compiled.execute(variables, built.answer));
          const stock = await runStock(text, variables);
          const told = `${text}\n${JSON.stringify(variables)}`;
          expect([told, ours.data]).toEqual([told, stock.data]);
          expect(new Set(ours.errors.map(messageOf))).toEqual(new Set(stock.errors.map(messageOf)));
          // The stock one miscounts the items of a list when some of them are not asked for (they are null or of
          // another type), and names the wrong one; ours must name a place that is null indeed.
          for (const { path } of ours.errors)
            expect([told, path, valueAt(ours.data, path)]).toEqual([told, path, null]);
          if (ours.errors.length === 0) expect(places(ours.completion)).toEqual(places(stock.completion));
          ran += 1;
          if (ours.errors.length > 0) withErrors += 1;
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(ran).toBe(RUNS * OPERATIONS_EACH);
  expect(withErrors).toBeGreaterThan(ran / 20);
}, 300_000);

const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

const messageOf = ({ message }: GraphQLError): string => message;

const places = (errors: readonly GraphQLError[]): string[] =>
  [...new Set(errors.map(({ path }) => path?.join(".") ?? ""))].sort();

function valueAt(data: Json, path: GraphQLError["path"]): Json | undefined {
  let value: Json | undefined = data;
  for (const key of path ?? []) {
    if (value === null || value === undefined) return null;
    value = (value as Record<string | number, Json>)[key];
  }
  return path ? (value ?? null) : null;
}

/** Values that do not fit are told apart, as the stock one does. */
function outcome({ data = "null", errors }: OperationResult): StockOutcome {
  const misfits = (error: GraphQLError) => error.extensions["code"] === "SUBGRAPH_BAD_VALUE";
  return {
    data: JSON.parse(data) as Json,
    errors: errors.filter((error) => !misfits(error)),
    completion: errors.filter(misfits),
  };
}
