import { executeQueryPlan, type ServiceMap } from "@apollo/gateway";
import type { QueryPlan } from "@apollo/query-planner";
import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import type { Supergraph } from "../supergraph/supergraph.ts";

type RequestContext = Parameters<typeof executeQueryPlan>[2];
export type ExecutionResult = Awaited<ReturnType<typeof executeQueryPlan>>;

/** The operation that is to be run, taken apart once. */
export interface OperationParts {
  operation: OperationDefinitionNode;
  fragments: Record<string, FragmentDefinitionNode>;
}

/** @throws GraphQLError when the document has no such operation, or several and none was named */
export function operationPartsOf(document: DocumentNode, operationName: string | undefined): OperationParts {
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    throw new GraphQLError(
      operationName
        ? `There is no operation named "${operationName}" in the document.`
        : "The document has several operations: say which one in operationName.",
      { extensions: { code: "OPERATION_RESOLUTION_FAILURE", http: { status: 400 } } },
    );
  }
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return { operation, fragments };
}

/** What validation leaves open: whether the graph has such operations at all, and whether the variables fit. */
export function requestErrors(
  { schema }: Supergraph,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | undefined,
): readonly GraphQLError[] {
  if (!schema.getRootType(operation.operation)) {
    return [badRequest("GRAPHQL_VALIDATION_FAILED", `This graph has no ${operation.operation} operations.`, operation)];
  }
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  return errors.map(({ message, nodes }) => badRequest("BAD_USER_INPUT", message, nodes?.[0]));
}

function badRequest(code: string, message: string, node: ASTNode | undefined): GraphQLError {
  return new GraphQLError(message, { nodes: node ?? null, extensions: { code, http: { status: 400 } } });
}

/** Runs a plan to a whole response, in which every null at a non-null place is accounted for by an error. */
export async function executePlan(
  supergraph: Supergraph,
  plan: QueryPlan,
  services: ServiceMap,
  requestContext: RequestContext,
  parts: OperationParts,
): Promise<ExecutionResult> {
  const result = await executeQueryPlan(
    plan,
    services,
    requestContext,
    { schema: supergraph.schema, ...parts },
    supergraph.supergraphSchema,
    supergraph.apiSchema,
  );
  return { ...result, ...promotedErrors(result) };
}

/**
 * @apollo/gateway tells of values that do not fit their type in `extensions.valueCompletion` alone, which leaves a
 * client with a null and no reason. The specification (section 6.4.4) wants them among the errors.
 */
function promotedErrors({ errors, extensions }: ExecutionResult): Pick<ExecutionResult, "errors" | "extensions"> {
  const { valueCompletion, ...rest } = extensions ?? {};
  if (!Array.isArray(valueCompletion) || errors?.length) return {};
  const promoted = valueCompletion.map(
    (error: GraphQLError) =>
      new GraphQLError(error.message, { path: error.path ?? null, extensions: { code: "SUBGRAPH_BAD_VALUE" } }),
  );
  return { errors: promoted, ...(Object.keys(rest).length > 0 ? { extensions: rest } : { extensions: undefined }) };
}
