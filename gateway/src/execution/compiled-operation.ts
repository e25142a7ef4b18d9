import type { FetchNode, QueryPlan } from "@apollo/query-planner";
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
  type SelectionSetNode,
} from "graphql";
import { pathInClientNames } from "../planning/client-names.ts";
import type { Supergraph } from "../supergraph/supergraph.ts";
import { compilePlan, type Run, type Step } from "./compile-plan.ts";
import { ResponseText } from "./response-text.ts";
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

/** A validated operation with all the work done that does not depend on a request: planned and compiled into closures. */
export class CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly plan: QueryPlan;
  readonly #supergraph: Supergraph;
  readonly #introspection: DocumentNode | undefined;
  readonly #response: ResponseText;
  readonly #step: Step;
  readonly #clientNames: ReadonlyMap<string, string>;
  readonly #rewriteEvent: Rewrite | undefined;

  /** @throws GraphQLError when the document has no such operation, or several and none was named */
  constructor(supergraph: Supergraph, document: DocumentNode, operationName: string | undefined) {
    this.#supergraph = supergraph;
    this.operation = operationOf(document, operationName);
    if (!supergraph.schema.getRootType(this.operation.operation)) {
      const message = `This graph has no ${this.operation.operation} operations.`;
      throw badRequest("GRAPHQL_VALIDATION_FAILED", message, this.operation);
    }
    const planned = supergraph.planner.plan(document, operationName);
    const operation = operationOf(planned.document, operationName);
    const fragments = fragmentsOf(planned.document);
    this.plan = planned.plan;
    this.#clientNames = planned.clientNames;
    this.#response = new ResponseText(supergraph.schema, operation, fragments, planned.clientNames);
    this.#introspection = introspectionOf(operation, fragments);
    const { node } = this.plan;
    const rest = node?.kind === "Subscription" ? node.rest : node;
    this.#step = compilePlan(supergraph.supergraphSchema, rest);
    this.#rewriteEvent =
      node?.kind === "Subscription"
        ? compileRewrites(supergraph.supergraphSchema, node.primary.outputRewrites)
        : undefined;
  }

  /** The fetch that brings a subscription's events; undefined for other operations. */
  get primary(): FetchNode | undefined {
    return this.plan.node?.kind === "Subscription" ? this.plan.node.primary : undefined;
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
    if (event) this.#begin(run, event);
    await this.#step(run);
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

  #begin(run: Run, { data, errors }: SubgraphAnswer): void {
    run.plain = false;
    if (data) {
      this.#rewriteEvent?.(data);
      run.data = data;
    }
    const serviceName = this.primary?.serviceName;
    for (const { message, path, extensions } of errors ?? []) {
      run.errors.push(new GraphQLError(message, { path: path ?? null, extensions: { ...extensions, serviceName } }));
    }
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
