import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { GraphQLError, NoUnusedVariablesRule, parse, specifiedRules, validate } from "graphql";
import { InvalidSupergraph } from "../supergraph/supergraph.ts";
import { type ModelledGraph, modelledGraph, type Outcome } from "../testing/modelled-graph.ts";
import { modelNumbers, randomModel } from "../testing/random-model.ts";
import { numbers, type RandomOperation, randomOperation } from "../testing/random-operation.ts";

/** More where time allows: `DIFFERENTIAL_RUNS=2000 DIFFERENTIAL_SEED=…`. */
const RUNS = Number(process.env["DIFFERENTIAL_RUNS"] ?? 40);
const SEED = Number(process.env["DIFFERENTIAL_SEED"] ?? 20_261_122);
const OPERATIONS_EACH = 6;

const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

test("answers as one schema over the same data would, on random graphs: keys of all kinds, requires, provides, overrides, interface objects", async () => {
  const seen = { operations: 0, refused: 0, stockWrong: 0 };
  await fc.assert(
    fc.asyncProperty(
      modelNumbers,
      fc.array(numbers, { minLength: OPERATIONS_EACH, maxLength: OPERATIONS_EACH }),
      async (modelChoices, operationChoices) => {
        const { subgraphs, query, entities } = randomModel(modelChoices);
        const graph = composed(() => modelledGraph(subgraphs, query, entities));
        fc.pre(graph !== undefined);
        for (const choices of operationChoices) {
          const { document, variables } = validOperation(graph, choices);
          const told = `${document}\n${JSON.stringify(variables)}`;
          const right = await graph.monolith(document, variables);
          const ours = await answered(() => graph.run(document, variables));
          if (!ours) {
            seen.refused += 1;
            continue;
          }
          expect([told, ours.data]).toEqual([told, right.data]);
          // A required field that fails is told of though the client did not ask for it; nothing else is added or lost.
          const reasons = new Set(right.errors.map(reasonOf));
          const unexplained = ours.errors.filter(
            (error) => !reasons.has(reasonOf(error)) && !error.message.startsWith("no "),
          );
          expect([told, unexplained]).toEqual([told, []]);
          expect([told, ours.errors.length > 0]).toEqual([told, ours.errors.length > 0 || right.errors.length > 0]);
          seen.operations += 1;
          const stock = await graph.stock(document, variables).catch(() => undefined);
          // Wherever the stock one answers otherwise, it is wrong.
          if (JSON.stringify(stock?.data) !== JSON.stringify(right.data)) seen.stockWrong += 1;
        }
      },
    ),
    { numRuns: RUNS, seed: SEED, maxSkipsPerRun: 100, endOnFailure: true },
  );
  expect(seen.operations + seen.refused).toBe(RUNS * OPERATIONS_EACH);
  expect(seen.refused).toBeLessThan(RUNS / 10);
  expect(seen.stockWrong).toBeGreaterThan(RUNS / 10);
}, 600_000);

/** An interface object's subgraph calls an implementation's field by the interface. */
const reasonOf = ({ message }: GraphQLError): string => message.replace(/ field .*/, "");

/** undefined when it does not compose, or is refused by name: then there is nothing to be answered wrongly. */
function composed(make: () => ModelledGraph): ModelledGraph | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    if (error instanceof InvalidSupergraph) expect(error.message).toMatch(/Make one of its keys resolvable there/);
    return undefined;
  }
}

/** undefined when the operation is refused by name. */
async function answered(run: () => Promise<Outcome>): Promise<Outcome | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions["code"] === "OPERATION_UNPLANNABLE") return undefined;
    throw error;
  }
}

function validOperation({ supergraph: { schema } }: ModelledGraph, choices: readonly number[]): RandomOperation {
  const colliding = randomOperation(schema, choices, true);
  if (validate(schema, parse(colliding.document), rules).length === 0) return colliding;
  const operation = randomOperation(schema, choices);
  expect(validate(schema, parse(operation.document), rules)).toEqual([]);
  return operation;
}
