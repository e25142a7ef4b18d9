import { validateGraphComposition } from "@apollo/composition";
import { Supergraph as FederationSupergraph, operationFromDocument, type Schema } from "@apollo/federation-internals";
import { buildFederatedQueryGraph, buildSupergraphAPIQueryGraph } from "@apollo/query-graphs";
import { type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { type DocumentNode, GraphQLError, type GraphQLSchema, isInterfaceType, parse, print } from "graphql";
import { type Renamed, withNamesOfTheirOwn } from "./client-names.ts";
import { fieldedTypes, isTrue, joins, parseFieldSet, pathsIn, textOf } from "./field-sets.ts";
import { HollowFields } from "./hollow-types.ts";
import { nameRequiredCalls, type RequiredCalls } from "./required-calls.ts";
import { type CallsInPlans, withCalls } from "./required-fetches.ts";
import { strandedFields, withResumableKeys } from "./resumable-keys.ts";

/** A supergraph for some of whose operations there are no plans, though its composition passed. */
export class UnplannableSupergraph extends Error {
  override name = "UnplannableSupergraph";
}

/**
 * `@apollo/query-planner`, kept from the plans that it is known to get wrong: see
 * docs/decisions/0011-plans-beyond-the-stock-planner.md.
 */
export class Planner {
  readonly #planner: QueryPlanner;
  /** What the planner takes for the API: ours, and names for required calls. */
  readonly #api: Schema;
  readonly #calls: CallsInPlans;
  readonly #takesApart: boolean;
  readonly #reserved: ReadonlySet<string>;
  readonly #hollow: HollowFields;

  /**
   * @param schema all of the supergraph
   * @throws UnplannableSupergraph
   */
  constructor(sdl: string, supergraph: FederationSupergraph, schema: GraphQLSchema) {
    const document = parse(sdl, { noLocation: true });
    refuseContexts(document);
    const graphOf = supergraph.subgraphNameToGraphEnumValue();
    const resumable = withResumableKeys(document);
    if (resumable !== document) refuseUnresumable(forPlanner(resumable));
    refuseStranded(document, schema, graphOf);
    const calls = nameRequiredCalls(resumable, schema);
    const planned = calls.document;
    const changed = planned === document ? supergraph : forPlanner(planned);
    this.#api = changed.apiSchema();
    // Named fragments would have to be taken apart with the fetches that use them.
    const objects = interfaceObjectsByGraph(document);
    this.#takesApart = calls.needs.size > 0 || objects.size > 0;
    this.#planner = new QueryPlanner(changed, { reuseQueryFragments: !this.#takesApart });
    const keys = keysByGraph(document);
    const keysOf = (subgraph: string) => keys.get(graphOf.get(subgraph)) ?? NONE;
    const interfaceObjectsOf = (subgraph: string) => objects.get(graphOf.get(subgraph)) ?? NONE;
    this.#calls = { ...calls, schema, graphOf, keysOf, interfaceObjectsOf };
    this.#reserved = new Set(["__typename", ...calls.byName.keys(), ...fieldsKeptByPlans(keys, calls.needs)]);
    this.#hollow = new HollowFields(document, schema);
  }

  /** An operation as it is to be planned and answered. */
  renamed(document: DocumentNode): Renamed {
    return withNamesOfTheirOwn(document, this.#reserved);
  }

  /**
   * @param document renamed, with its conditions decided
   * @throws GraphQLError OPERATION_UNPLANNABLE when the graph has no way to answer
   */
  plan(document: DocumentNode, operationName: string | undefined): QueryPlan {
    const asked = this.#hollow.asked(document);
    const operation = operationFromDocument(this.#api, asked, operationName ? { operationName } : {});
    const plan = this.#built(() => this.#planner.buildQueryPlan(operation));
    return this.#takesApart ? withCalls(plan, this.#calls) : plan;
  }

  #built(build: () => QueryPlan): QueryPlan {
    try {
      return build();
    } catch (error) {
      const { types } = this.#hollow;
      const hollow = types.length > 0 ? ` No object type implements ${types.join(", ")}.` : "";
      throw new GraphQLError(
        `There is no plan that answers this operation.${hollow} Ask for less, to find the field that the subgraphs have no way to; ` +
          "whoever keeps the graph can give it one.",
        { extensions: { code: "OPERATION_UNPLANNABLE", http: { status: 400 } }, originalError: error as Error },
      );
    }
  }
}

/** What only the planner reads may have types without a key and `@external` fields without a use. */
function forPlanner(document: DocumentNode): FederationSupergraph {
  return FederationSupergraph.build(print(document), { validateSupergraph: false });
}

/** `@fromContext` gives subgraphs arguments that plans carry apart from variables, which we do not. */
function refuseContexts(document: DocumentNode): void {
  for (const type of fieldedTypes(document)) {
    for (const field of type.fields ?? []) {
      const taking = joins(field, "join__field").some((join) =>
        join.arguments?.some(({ name }) => name.value === "contextArguments"),
      );
      if (!taking) continue;
      throw new UnplannableSupergraph(
        `${type.name.value}.${field.name.value} takes an argument from a context (@fromContext), which this gateway does not fill in. ` +
          "Pass the value as an argument, or let the subgraph require it (@requires).",
      );
    }
  }
}

/** Composition counts `resolvable: false` keys among those by which a plan comes back to a subgraph. */
function refuseUnresumable(supergraph: FederationSupergraph): void {
  const { errors } = validateGraphComposition(
    supergraph.schema,
    supergraph.subgraphNameToGraphEnumValue(),
    buildSupergraphAPIQueryGraph(supergraph),
    buildFederatedQueryGraph(supergraph, false),
  );
  if (!errors || errors.length === 0) return;
  throw new UnplannableSupergraph(
    `Some fields can be reached only by going back to a subgraph by a key that it declares with "resolvable: false". ` +
      `Make one of its keys resolvable there.\n${errors.map(({ message }) => message).join("\n")}`,
  );
}

function refuseStranded(document: DocumentNode, schema: GraphQLSchema, graphOf: ReadonlyMap<string, string>): void {
  for (const type of fieldedTypes(document)) {
    const [stranded] = strandedFields(type);
    const definition = schema.getType(type.name.value);
    if (!stranded || !isInterfaceType(definition)) continue;
    const [implementation] = schema.getPossibleTypes(definition);
    if (!implementation) continue;
    const subgraph = [...graphOf].find(([, graph]) => graph === stranded.graph)?.[0];
    throw new UnplannableSupergraph(
      `${stranded.field} of the interface object in the subgraph "${subgraph}" cannot be had for a ${implementation.name} alone, ` +
        `because the subgraph declares no key of ${type.name.value} that it resolves. Make one of its keys resolvable there.`,
    );
  }
}

const NONE: ReadonlySet<string> = new Set();

function interfaceObjectsByGraph(document: DocumentNode): Map<string | undefined, Set<string>> {
  const byGraph = new Map<string | undefined, Set<string>>();
  for (const type of fieldedTypes(document)) {
    for (const join of joins(type, "join__type")) {
      if (!isTrue(join, "isInterfaceObject")) continue;
      const types = byGraph.get(textOf(join, "graph")) ?? new Set();
      byGraph.set(textOf(join, "graph"), types.add(type.name.value));
    }
  }
  return byGraph;
}

/** The paths of all key fields, by subgraph. */
function keysByGraph(document: DocumentNode): Map<string | undefined, Set<string>> {
  const byGraph = new Map<string | undefined, Set<string>>();
  for (const type of fieldedTypes(document)) {
    for (const join of joins(type, "join__type")) {
      const key = textOf(join, "key");
      if (!key) continue;
      const paths = byGraph.get(textOf(join, "graph")) ?? new Set();
      byGraph.set(textOf(join, "graph"), paths);
      for (const path of pathsIn(parseFieldSet(key))) paths.add(path);
    }
  }
  return byGraph;
}

/** Names of the fields that plans fetch whether the client asks for them or not. */
function fieldsKeptByPlans(keys: ReadonlyMap<unknown, ReadonlySet<string>>, needs: RequiredCalls["needs"]): string[] {
  const paths = [...keys.values()].flatMap((ofOne) => [...ofOne]);
  const needed = [...needs.values()].flat().map(({ path }) => path);
  return [...paths, ...needed].flatMap((path) => path.split("."));
}
