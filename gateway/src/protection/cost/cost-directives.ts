import { costIdentity, type Supergraph as FederationSupergraph } from "@apollo/federation-internals";
import {
  type ASTNode,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  valueFromASTUntyped,
} from "graphql";

/** What `@listSize` says of a field, with the defaults of the specification. */
export interface ListSizeDirective {
  assumedSize: number | undefined;
  slicingArguments: readonly string[];
  sizedFields: readonly string[];
  requireOneSlicingArgument: boolean;
}

type Annotated = { astNode?: (ASTNode & { readonly directives?: readonly ConstDirectiveNode[] }) | null | undefined };

/**
 * What a supergraph's `@cost` and `@listSize` say, by whatever names it imports them. They mean what the GraphQL cost
 * directives specification (IBM, 2023) says, in the form in which Federation 2.9 composes them.
 */
export class CostDirectives {
  readonly #schema: GraphQLSchema;
  readonly #cost: string | undefined;
  readonly #listSize: string | undefined;

  /** @param schema all of the supergraph, its directives included */
  constructor(supergraph: FederationSupergraph, schema: GraphQLSchema) {
    const feature = supergraph.schema.coreFeatures?.getByIdentity(costIdentity);
    this.#schema = schema;
    this.#cost = feature?.directiveNameInSchema("cost");
    this.#listSize = feature?.directiveNameInSchema("listSize");
  }

  /** What a value of this field costs: its own weight, or that of its type, or 1 for an object and 0 for a leaf. */
  weightOfField(field: GraphQLField<unknown, unknown>, type: GraphQLNamedType): number {
    return this.weightOf(field) ?? this.#weightOfType(type);
  }

  /** The weight that is written at a field, an argument, an input field or a type. */
  weightOf(element: Annotated): number | undefined {
    const weight = argumentsOf(element, this.#cost)?.["weight"];
    return typeof weight === "number" ? weight : undefined;
  }

  listSizeOf(field: GraphQLField<unknown, unknown>): ListSizeDirective | undefined {
    const given = argumentsOf(field, this.#listSize);
    return (
      given && {
        assumedSize: typeof given["assumedSize"] === "number" ? given["assumedSize"] : undefined,
        slicingArguments: names(given["slicingArguments"]),
        sizedFields: names(given["sizedFields"]),
        requireOneSlicingArgument: given["requireOneSlicingArgument"] !== false,
      }
    );
  }

  #weightOfType(type: GraphQLNamedType): number {
    if (isLeafType(type)) return this.weightOf(type) ?? 0;
    if (!isAbstractType(type)) return this.weightOf(type) ?? 1;
    return Math.max(1, ...this.#schema.getPossibleTypes(type).map((possible) => this.weightOf(possible) ?? 1));
  }
}

function argumentsOf({ astNode }: Annotated, name: string | undefined): Record<string, unknown> | undefined {
  if (!name) return undefined;
  const directive = astNode?.directives?.find((each) => each.name.value === name);
  return (
    directive &&
    Object.fromEntries(
      (directive.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    )
  );
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
