import type { FetchNode } from "@apollo/query-planner";
import {
  type ASTNode,
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import { pathInClientNames } from "../planning/client-names.ts";
import { withConditionsDecided } from "../planning/conditions.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { compilePlan, type Run, type Step } from "./compile-plan.ts";
import { conditionVariables, ResponseText } from "./response-text.ts";
import { compileRewrites, type Rewrite } from "./rewrites.ts";
import { SharedAnswers } from "./shared-answers.ts";
import type { Send, SubgraphAnswer } from "./subgraph-answer.ts";
import { KnownTargets } from "./targets.ts";

/** What came of an operation. */
export interface OperationResult {
  /** JSON text, which may be `null`; undefined when the operation could not be begun. */
  data: string | undefined;
  errors: readonly GraphQLError[];
}

export type Variables = Readonly<Record<string, unknown>>;

/** How an operation is answered under one combination of its conditions. */
interface Way {
  /** The fetch that brings a subscription's events. */
  primary: FetchNode | undefined;
  step: Step;
  rewriteEvent: Rewrite | undefined;
}

const WAYS_KEPT = 32;

/** A validated operation with all the work done that does not depend on a request: planned and compiled into closures. */
export class CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly #supergraph: Supergraph;
  readonly #introspection: DocumentNode | undefined;
  readonly #response: ResponseText;
  readonly #clientNames: ReadonlyMap<string, string>;
  readonly #document: DocumentNode;
  readonly #operationName: string | undefined;
  /** Variables that `@skip` and `@include` ask for. */
  readonly #conditions: readonly string[];
  /** By the truth of these variables; the first is the one without any. */
  readonly #ways = new Map<string, Way>();

  /** @throws GraphQLError when the document has no such operation, or several and none was named */
  constructor(supergraph: Supergraph, document: DocumentNode, operationName: string | undefined) {
    this.#supergraph = supergraph;
    this.operation = operationOf(document, operationName);
    if (!supergraph.schema.getRootType(this.operation.operation)) {
      const message = `This graph has no ${this.operation.operation} operations.`;
      throw badRequest("GRAPHQL_VALIDATION_FAILED", message, this.operation);
    }
    const { document: renamed, clientNames } = supergraph.planner.renamed(document);
    const operation = operationOf(renamed, operationName);
    const fragments = fragmentsOf(renamed);
    this.#document = renamed;
    this.#operationName = operationName;
    this.#clientNames = clientNames;
    this.#conditions = conditionVariables(operation, fragments);
    this.#response = new ResponseText(supergraph.schema, operation, fragments, clientNames);
    this.#introspection = introspectionOf(operation, fragments);
    this.#wayFor(defaultsOf(operation));
  }

  get isSubscription(): boolean {
    return this.operation.operation === OperationTypeNode.SUBSCRIPTION;
  }

  /**
   * The fetch that brings a subscription's events.
   * @param variables with defaults applied
   */
  primaryFor(variables: Variables): FetchNode | undefined {
    return this.#wayFor(variables).primary;
  }

  #wayFor(variables: Variables): Way {
    const key = this.#conditions.map((name) => (variables[name] ? "1" : "0")).join("");
    let way = this.#ways.get(key);
    if (!way) {
      way = this.#planned(variables);
      if (this.#ways.size >= WAYS_KEPT) this.#ways.clear();
      this.#ways.set(key, way);
    }
    return way;
  }

  #planned(variables: Variables): Way {
    const { planner, supergraphSchema } = this.#supergraph;
    const { node } = planner.plan(withConditionsDecided(this.#document, variables), this.#operationName);
    if (node?.kind !== "Subscription")
      return { primary: undefined, step: compilePlan(supergraphSchema, node), rewriteEvent: undefined };
    const { primary, rest } = node;
    const rewriteEvent = compileRewrites(supergraphSchema, primary.outputRewrites);
    return { primary, step: compilePlan(supergraphSchema, rest), rewriteEvent };
  }

  /** What validation leaves open: whether the variables fit. */
  variables(given: Variables): { coerced: Variables } | { errors: readonly GraphQLError[] } {
    const definitions = this.operation.variableDefinitions ?? [];
    if (definitions.length === 0) return { coerced: {} };
    const { coerced, errors } = getVariableValues(this.#supergraph.schema, definitions, given, {
      hideSuggestions: this.#supergraph.isHidden,
    });
    if (!errors) return { coerced };
    return { errors: errors.map(({ message, nodes }) => badRequest("BAD_USER_INPUT", message, nodes?.[0])) };
  }

  /**
   * Runs it to a whole response, in which every null at a non-null place is accounted for by an error.
   * @param event what the primary fetch of a subscription brought
   */
  async execute(given: Variables, send: Send, event?: SubgraphAnswer): Promise<OperationResult> {
    const checked = this.variables(given);
    if ("errors" in checked) return { data: undefined, errors: checked.errors };
    const run: Run = {
      data: {},
      errors: [],
      variables: given,
      defaulted: checked.coerced,
      send,
      shared: new SharedAnswers(),
      sharedObjects: new Map(),
      targets: new KnownTargets(),
      plain: true,
    };
    const way = this.#wayFor(checked.coerced);
    if (event) begin(run, way, event);
    await way.step(run);
    if (this.#introspection) this.#introspect(run, given);
    const unfit: GraphQLError[] = [];
    const data = this.#response.for(checked.coerced)(run, unfit);
    const errors =
      unfit.length === 0 ? run.errors : run.errors.concat(unfit.filter((error) => !isExplained(error, run.errors)));
    return { data, errors: this.#clientNames.size === 0 ? errors : errors.map((error) => this.#inClientNames(error)) };
  }

  #inClientNames({ message, path, extensions }: GraphQLError): GraphQLError {
    return new GraphQLError(message, { path: path ? pathInClientNames(path, this.#clientNames) : null, extensions });
  }

  /** The graph describes itself without asking anybody. */
  #introspect(run: Run, variableValues: Variables): void {
    const result = execute({
      schema: this.#supergraph.schema,
      document: this.#introspection as DocumentNode,
      variableValues,
    });
    if ("then" in result) throw new Error("Introspection waits for nothing.");
    Object.assign(run.data, result.data);
    run.errors.push(...(result.errors ?? []));
  }
}

/** Starts from what the primary fetch brought. */
function begin(run: Run, { primary, rewriteEvent }: Way, { data, errors }: SubgraphAnswer): void {
  run.plain = false;
  if (data) {
    rewriteEvent?.(data);
    run.data = data;
  }
  const serviceName = primary?.serviceName;
  for (const { message, path, extensions } of errors ?? []) {
    run.errors.push(new GraphQLError(message, { path: path ?? null, extensions: { ...extensions, serviceName } }));
  }
}

/** What conditions are likely to be: their variables' defaults. */
function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue?.kind === Kind.BOOLEAN && defaultValue.value,
    ]),
  );
}

function operationOf(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation) return operation;
  const message = operationName
    ? `There is no operation named "${operationName}" in the document.`
    : "The document has several operations: say which one in operationName.";
  throw badRequest("OPERATION_RESOLUTION_FAILURE", message, undefined);
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

/** The part of an operation that asks for the schema itself, which no plan fetches; undefined when there is none. */
function introspectionOf(
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): DocumentNode | undefined {
  const selections: FieldNode[] = [];
  const visit = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === "__schema" || selection.name.value === "__type") selections.push(selection);
      } else {
        const set = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
        if (set) visit(set.selectionSet);
      }
    }
  };
  visit(operation.selectionSet);
  if (selections.length === 0) return undefined;
  const asking = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
  return { kind: Kind.DOCUMENT, definitions: [asking, ...Object.values(fragments)] };
}

/** A null that a subgraph has told the reason of needs no second one. */
function isExplained({ path = [] }: GraphQLError, told: readonly GraphQLError[]): boolean {
  return told.some(({ path: place }) => {
    if (!place) return true;
    const shared = Math.min(path.length, place.length);
    return place.slice(0, shared).every((key, index) => key === path[index]);
  });
}

function badRequest(code: string, message: string, node: ASTNode | undefined): GraphQLError {
  return new GraphQLError(message, { nodes: node ?? null, extensions: { code, http: { status: 400 } } });
}
