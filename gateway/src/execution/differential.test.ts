import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { executeQueryPlan } from "@apollo/gateway";
import { type PlanNode, QueryPlanner } from "@apollo/query-planner";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type FragmentDefinitionNode,
  type GraphQLError,
  getVariableValues,
  NoUnusedVariablesRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { numbers, randomOperation } from "../testing/random-operation.ts";
import { type BuiltSupergraph, randomSupergraph, supergraphSpec } from "../testing/random-supergraph.ts";
import { compilePlan, type Run } from "./compile-plan.ts";
import type { Json, JsonObject } from "./merge.ts";
import { ResponseText } from "./response-text.ts";
import { SharedAnswers } from "./shared-answers.ts";
import { KnownTargets } from "./targets.ts";

/** More where time allows: `DIFFERENTIAL_RUNS=5000 DIFFERENTIAL_SEED=…`. */
const RUNS = Number(process.env["DIFFERENTIAL_RUNS"] ?? 100);
const SEED = Number(process.env["DIFFERENTIAL_SEED"] ?? 20_261_122);
const OPERATIONS_EACH = 6;

interface Outcome {
  data: Json;
  errors: readonly GraphQLError[];
  /** Values that were nulled because they do not fit their type. */
  completion: readonly GraphQLError[];
}

test("gives the data and the errors that the stock executor gives, on random supergraphs and operations", async () => {
  let ran = 0;
  let withErrors = 0;
  await fc.assert(
    fc.asyncProperty(
      supergraphSpec,
      fc.array(numbers, { minLength: OPERATIONS_EACH, maxLength: OPERATIONS_EACH }),
      async (spec, choices) => {
        const built = randomSupergraph(spec);
        const supergraph = Supergraph.build(built.sdl);
        const schema = supergraph.apiSchema().toGraphQLJSSchema();
        for (const numbersOfOne of choices) {
          const { document: text, variables } = randomOperation(schema, numbersOfOne);
          const document = parse(text);
          expect(validate(schema, document, rules)).toEqual([]);
          const { stock, ours } = await runBoth(built, supergraph, text, variables);
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

async function runBoth(
  built: BuiltSupergraph,
  supergraph: Supergraph,
  text: string,
  variables: Record<string, unknown>,
): Promise<{ stock: Outcome; ours: Outcome }> {
  const api = supergraph.apiSchema();
  const schema = api.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  const plan = new QueryPlanner(supergraph).buildQueryPlan(operationFromDocument(api, document));
  const serviceMap = Object.fromEntries(
    built.subgraphs.map((name) => [
      name,
      {
        process: ({ request }: { request: { query?: string; variables?: object } }) =>
          built.answer(name, JSON.stringify({ query: request.query, variables: request.variables })),
      },
    ]),
  );
  const stock = await executeQueryPlan(
    plan,
    serviceMap as never,
    { request: { variables }, context: {}, metrics: {}, logger: console } as never,
    { schema, operation, fragments },
    supergraphSchema,
    api,
  );

  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const run: Run = {
    data: {},
    errors: [],
    variables,
    defaulted: coerced,
    send: built.answer,
    shared: new SharedAnswers(),
    sharedObjects: new Map(),
    targets: new KnownTargets(),
    plain: true,
  };
  await compilePlan(supergraphSchema, plan.node as PlanNode)(run);
  const completion: GraphQLError[] = [];
  const written = new ResponseText(schema, operation, fragments).for(coerced)(run, completion);
  return {
    stock: {
      data: plain(stock.data as JsonObject),
      errors: stock.errors ?? [],
      completion: (stock.extensions?.["valueCompletion"] ?? []) as GraphQLError[],
    },
    ours: { data: JSON.parse(written) as Json, errors: run.errors, completion },
  };
}

/** The stock one makes objects without a prototype, which a comparison would tell apart. */
function plain(data: JsonObject | null | undefined): Json {
  return data ? (JSON.parse(JSON.stringify(data)) as Json) : null;
}
