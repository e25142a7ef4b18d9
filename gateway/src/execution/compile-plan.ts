import type { FetchNode, PlanNode } from "@apollo/query-planner";
import { GraphQLError, type GraphQLSchema, getOperationAST, Kind, parse } from "graphql";
import { isObject, type Json, type JsonObject, merge } from "./merge.ts";
import { compileGroup, compileRepresentation } from "./representations.ts";
import type { Path, Received } from "./response-text.ts";
import { compileRewrites, type Rewrite } from "./rewrites.ts";
import { type EntityCall, ownCopy, type Share, type SharedAnswers } from "./shared-answers.ts";
import type { Send, SubgraphAnswer } from "./subgraph-answer.ts";
import { badAnswer, SubgraphFailure } from "./subgraph-failure.ts";
import { commonPath, eachTarget, type KnownTargets, type PlanPath, pathsOf } from "./targets.ts";

/** One execution of a compiled plan. */
export interface Run extends Received {
  errors: GraphQLError[];
  /** As the client sent them. */
  variables: Readonly<Record<string, unknown>>;
  /** With defaults, for conditions. */
  defaulted: Readonly<Record<string, unknown>>;
  send: Send;
  shared: SharedAnswers;
  targets: KnownTargets;
}

export type Step = (run: Run) => Promise<void>;

const ROOT: PlanPath = [];

/** Compiles a plan into closures, once for all its executions. */
export function compilePlan(schema: GraphQLSchema, node: PlanNode | undefined): Step {
  if (!node) return async () => {};
  return compileNode({ schema, repeated: repeatedFetches(node) }, node, ROOT);
}

interface Compiling {
  schema: GraphQLSchema;
  /** Questions that occur more than once in the plan, the only ones worth remembering. */
  repeated: ReadonlySet<string>;
}

function compileNode(compiling: Compiling, node: PlanNode, path: PlanPath): Step {
  switch (node.kind) {
    case "Sequence": {
      const steps = node.nodes.map((child) => compileNode(compiling, child, path));
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case "Parallel": {
      const steps = node.nodes.map((child) => compileNode(compiling, child, path));
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case "Flatten":
      return compileNode(compiling, node.node, [...path, ...node.path]);
    case "Condition": {
      const yes = node.ifClause && compileNode(compiling, node.ifClause, path);
      const no = node.elseClause && compileNode(compiling, node.elseClause, path);
      return async (run) => {
        await (run.defaulted[node.condition] ? yes : no)?.(run);
      };
    }
    case "Fetch":
      return node.requires ? compileEntityFetch(compiling, node, path) : compileFetch(compiling, node, path);
    case "Defer":
      throw new GraphQLError("@defer is not supported.", { extensions: { code: "DEFER_UNSUPPORTED" } });
  }
}

/** The beginning of the request's text, up to where its variables begin. */
function bodyHead({ operation, operationName }: FetchNode): string {
  const name = operationName ? `,"operationName":${JSON.stringify(operationName)}` : "";
  return `{"query":${JSON.stringify(operation)}${name},"variables":{`;
}

/** Compiles the members of the variables' object that the client gives; without braces. */
function compileVariables(names: readonly string[] | undefined): (run: Run) => string {
  if (!names || names.length === 0) return () => "";
  const heads = names.map((name) => [name, `${JSON.stringify(name)}:`] as const);
  return ({ variables }) => {
    let text = "";
    for (const [name, head] of heads) {
      if (!Object.hasOwn(variables, name)) continue;
      const value = JSON.stringify(variables[name]);
      if (value !== undefined) text += text ? `,${head}${value}` : head + value;
    }
    return text;
  };
}

function compileFetch(compiling: Compiling, fetch: FetchNode, path: PlanPath): Step {
  const { serviceName, operation, operationKind } = fetch;
  const head = bodyHead(fetch);
  const variablesOf = compileVariables(fetch.variableUsages);
  const rewriteOutput = compileRewrites(compiling.schema, fetch.outputRewrites);
  const question = questionOf(fetch);
  const repeats = operationKind === "query" && compiling.repeated.has(question);
  const places = path.length > 0 ? [commonPath(path)] : rootFieldsOf(operation).map((field) => [field]);
  const ask = async (run: Run): Promise<SubgraphAnswer> => {
    const variables = variablesOf(run);
    const send = () => run.send(serviceName, `${head}${variables}}}`, operationKind);
    if (!repeats) return send();
    const { data, ...rest } = await run.shared.fetch(`${question} ${variables}`, send);
    // Each place gets parts of its own: what is merged into one must not show in the other.
    return data ? { ...rest, data: ownCopy(data) } : { ...rest, data: null };
  };
  return async (run) => {
    const targets = path.length === 0 ? [run.data] : targetsAt(run.data, path);
    if (targets.length === 0) return;
    const answer = await received(run, ask(run), places);
    if (operationKind === "mutation") run.shared.forget();
    if (!answer) return;
    for (const error of answer.errors ?? []) {
      run.errors.push(subgraphError(error, serviceName, [...commonPath(path), ...(error.path ?? [])], !error.path));
    }
    if (!isObject(answer.data ?? null)) return;
    const data = answer.data as JsonObject;
    rewriteOutput?.(data);
    for (const target of targets) merge(target, data);
    run.targets.forgetBelow(path);
  };
}

function compileEntityFetch(compiling: Compiling, fetch: FetchNode, path: PlanPath): Step {
  const { schema } = compiling;
  const { serviceName, operationKind } = fetch;
  const head = bodyHead(fetch);
  const variablesOf = compileVariables(fetch.variableUsages);
  const representationOf = compileRepresentation(schema, fetch.requires ?? []);
  const rewriteInput = compileRewrites(schema, fetch.inputRewrites);
  const rewriteOutput = compileRewrites(schema, fetch.outputRewrites);
  const group = compileGroup(path, fetch.requires ?? [], (target) => {
    const representation = representationOf(target);
    if (!representation?.["__typename"]) return null;
    rewriteInput?.(representation);
    return JSON.stringify(representation);
  });
  const question = questionOf(fetch);
  const repeats = compiling.repeated.has(question);
  const place = [commonPath(path)];

  const receive = async (run: Run, { call, groups }: Share): Promise<void> => {
    const answer = await received(run, call.answer, place);
    if (!answer) return;
    if (answer.errors) tellEntityErrors(run, answer.errors, serviceName, path, call, groups);
    if (!answer.data) return;
    const entities = answer.data["_entities"];
    const expected = call.representations.length;
    if (!Array.isArray(entities) || entities.length !== expected) {
      run.errors.push(badEntities(serviceName, expected, entities).at(commonPath(path)));
      return;
    }
    for (let index = 0; index < entities.length; index += 1) {
      const entity = entities[index] as Json;
      const targets = groups[index];
      if (targets && isObject(entity)) mergeEntity(targets, repeats ? ownCopy(entity) : entity, rewriteOutput);
    }
    run.targets.forgetBelow(path);
  };

  return async (run) => {
    const places = group(run);
    if (places.size === 0) return;
    const variables = variablesOf(run);
    const send = (representations: readonly string[]) => {
      const body = `${head}${variables}${variables ? "," : ""}"representations":[${representations.join(",")}]}}`;
      return run.send(serviceName, body, operationKind);
    };
    if (!repeats) {
      const representations = [...places.keys()];
      return receive(run, { call: { representations, answer: send(representations) }, groups: [...places.values()] });
    }
    const shares = run.shared.entities(`${question} ${variables}`, places, send);
    await Promise.all(shares.map((share) => receive(run, share)));
  };
}

function mergeEntity(targets: readonly JsonObject[], entity: JsonObject, rewrite: Rewrite | undefined): void {
  if (rewrite) {
    // The rewrites test for types, which an entity that was not asked for its own does not say.
    entity["__typename"] ??= targets[0]?.["__typename"];
    rewrite(entity);
  }
  for (const target of targets) merge(target, entity);
}

/** What comes; a failure becomes an error at each place left empty. */
async function received(
  run: Run,
  coming: Promise<SubgraphAnswer>,
  places: readonly Path[],
): Promise<SubgraphAnswer | undefined> {
  try {
    const answer = await coming;
    if (!answer.plain) run.plain = false;
    return answer;
  } catch (error) {
    if (!(error instanceof SubgraphFailure)) throw error;
    run.errors.push(...places.map((place) => error.at(place)));
    return undefined;
  }
}

function tellEntityErrors(
  run: Run,
  errors: NonNullable<SubgraphAnswer["errors"]>,
  subgraph: string,
  path: PlanPath,
  { representations }: EntityCall,
  groups: Share["groups"],
): void {
  let paths: Map<JsonObject, Path[]> | undefined;
  for (const error of errors) {
    const index = error.path?.[0] === "_entities" ? error.path[1] : undefined;
    const known = typeof index === "number" && index >= 0 && index < representations.length;
    const targets = known ? groups[index] : undefined;
    // Of an entity that only others wait for.
    if (known && !targets) continue;
    if (!targets) {
      run.errors.push(subgraphError(error, subgraph, commonPath(path), true));
      continue;
    }
    paths ??= pathsOf(run.data, path);
    const rest = error.path?.slice(2) ?? [];
    const places = [...new Set(targets)].flatMap((target) => paths?.get(target) ?? []);
    for (const place of places) run.errors.push(subgraphError(error, subgraph, [...place, ...rest], false));
  }
}

function subgraphError(
  error: { message: string; extensions?: Record<string, unknown> },
  subgraph: string,
  path: Path,
  pathless: boolean,
): GraphQLError {
  return new GraphQLError(error.message, {
    path: pathless && path.length === 0 ? null : path,
    extensions: { ...error.extensions, serviceName: subgraph },
  });
}

function badEntities(subgraph: string, expected: number, came: Json | undefined): SubgraphFailure {
  const got = Array.isArray(came) ? `${came.length} entities` : "no list of entities";
  return badAnswer(subgraph, `${got} where ${expected} were asked for`);
}

function targetsAt(data: JsonObject, path: PlanPath): JsonObject[] {
  const found: JsonObject[] = [];
  eachTarget(data, path, (target) => {
    found.push(target);
  });
  return found;
}

/** Where the answers of a fetch at the root would have stood; plans write no fragments at the root. */
function rootFieldsOf(operation: string): string[] {
  const selections = getOperationAST(parse(operation))?.selectionSet.selections ?? [];
  return selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
  );
}

/** What a fetch asks of whom, whatever the plan calls it. */
function questionOf({ serviceName, operation, operationName }: FetchNode): string {
  return `${serviceName} ${operationName ? operation.replace(operationName, "") : operation}`;
}

function repeatedFetches(node: PlanNode): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const visit = (child: PlanNode | undefined): void => {
    if (!child) return;
    if (child.kind === "Fetch") {
      const key = questionOf(child);
      (seen.has(key) ? repeated : seen).add(key);
    } else if (child.kind === "Flatten") visit(child.node);
    else if (child.kind === "Condition") {
      visit(child.ifClause);
      visit(child.elseClause);
    } else if (child.kind !== "Defer") child.nodes.forEach(visit);
  };
  visit(node);
  return repeated;
}
