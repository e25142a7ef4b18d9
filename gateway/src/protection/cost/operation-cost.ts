import { Refusal } from "@psqm/refusal/refusal";
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import type { CostDirectives, ListSizeDirective } from "./cost-directives.ts";

/** A list whose length must be given. */
export class SlicingArgumentRequired extends Refusal {
  constructor(field: string, slicingArguments: readonly string[]) {
    super(
      "SLICING_ARGUMENT_REQUIRED",
      `${field} gives a list whose length must be known: give exactly one of ${slicingArguments.join(", ")}, as a number.`,
    );
  }
}

export type Variables = Readonly<Record<string, unknown>>;

export interface Estimate {
  /** What the operation costs at most, if no list is longer than it is thought to be. */
  cost: number;
  /** The sizes of lists in lists multiplied, where that is most. */
  listItems: number;
}

/** What a schema says of costs, and what is thought of lists of which it says nothing. */
export interface CostSchema {
  schema: GraphQLSchema;
  directives: CostDirectives;
  assumedListSize: number;
}

/** A mutation changes something that others wait for: this much more than a query, as in Apollo's demand control. */
const MUTATION_COST = 10;
// A list that is longer than this is the same to every limit; and products of such numbers stay numbers.
const LONGEST_LIST = 2 ** 31 - 1;

interface Condition {
  when: boolean;
  variable: string;
}

interface Given {
  variables: Variables;
}

/** A number that is known, or known once the variables are. */
type Amount<Value = number> = (given: Given) => Value;

/** A field of the operation, its fragments written out. */
interface CostedField {
  key: string;
  name: string;
  conditions: readonly Condition[];
  isList: boolean;
  /** Of one value, without what is asked of it. */
  weight: number;
  argumentsCost: Amount;
  /** How long the list is; undefined when the schema does not say. */
  size: Amount<number | undefined>;
  sizedFields: readonly string[];
  children: readonly CostedField[];
  /** The same, those of the same name in the answer together: only one of them can have been there. */
  childrenByKey: readonly (readonly CostedField[])[];
}

/**
 * What one operation costs, compiled once: the static estimate before it runs, and what its answer did cost. Weights and
 * sizes are those of `@cost` and `@listSize`; a fragment costs wherever it is spread, whatever its type condition.
 */
export class OperationCost {
  readonly #fields: readonly CostedField[];
  readonly #byKey: readonly (readonly CostedField[])[];
  readonly #base: number;
  readonly #defaults: Variables;
  readonly #assumedListSize: number;
  readonly #constant: Estimate | undefined;
  /** How many fields it has. */
  readonly size: number;

  /**
   * @param document need not be valid (what does not exist costs nothing: validation refuses it), but its fragments
   * must not spread each other in circles
   * @returns undefined when the document has no such operation
   */
  static of(costs: CostSchema, document: DocumentNode, operationName: string | undefined): OperationCost | undefined {
    const operation = getOperationAST(document, operationName);
    const type = operation && costs.schema.getRootType(operation.operation);
    return operation && type ? new OperationCost(costs, document, operation, type) : undefined;
  }

  private constructor(
    costs: CostSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    type: GraphQLCompositeType,
  ) {
    const compiler = new Compiler(costs, document);
    this.#fields = compiler.fieldsOf(type, [operation.selectionSet]);
    this.#byKey = together(this.#fields);
    this.size = compiler.size;
    this.#base = operation.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0;
    this.#assumedListSize = costs.assumedListSize;
    this.#defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
        defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
      ),
    );
    if (!compiler.usesVariables) this.#constant = this.#estimated({ variables: {} });
  }

  /**
   * @param variables as they came, right or wrong
   * @throws SlicingArgumentRequired
   */
  estimate(variables: Variables): Estimate {
    return this.#constant ?? this.#estimated(this.#given(variables));
  }

  /** What an answer did cost; nothing came, nothing but the operation's beginning is paid for. */
  actual(data: unknown, variables: Variables): number {
    return bounded(this.#base + actualOf(this.#byKey, data, this.#given(variables)));
  }

  #given(variables: Variables): Given {
    return { variables: { ...this.#defaults, ...variables } };
  }

  #estimated(given: Given): Estimate {
    const sum = new Sum(given, this.#assumedListSize);
    return { cost: bounded(this.#base + sum.of(this.#fields, 1, [], undefined)), listItems: sum.listItems };
  }
}

/** Adds up an estimate, and remembers the longest product of list sizes that it met. */
class Sum {
  listItems = 1;
  readonly #given: Given;
  readonly #assumedListSize: number;

  constructor(given: Given, assumedListSize: number) {
    this.#given = given;
    this.#assumedListSize = assumedListSize;
  }

  /**
   * @param around how often what the fields are asked of is there
   * @param sized fields whose size the one above says
   */
  of(fields: readonly CostedField[], around: number, sized: readonly string[], size: number | undefined): number {
    let total = 0;
    for (const field of fields) {
      if (!isAsked(field, this.#given)) continue;
      const own = field.size(this.#given);
      const said = sized.includes(field.name) ? size : undefined;
      const known = field.sizedFields.length === 0 ? (own ?? said) : said;
      const count = field.isList ? lengthOf(known ?? this.#assumedListSize) : 1;
      const items = bounded(around * count);
      this.listItems = Math.max(this.listItems, items);
      const each = field.weight + this.of(field.children, items, field.sizedFields, own);
      total += field.argumentsCost(this.#given) + count * Math.max(0, each);
    }
    return bounded(total);
  }
}

function actualOf(fields: readonly (readonly CostedField[])[], data: unknown, given: Given): number {
  if (typeof data !== "object" || data === null) return 0;
  let total = 0;
  for (const alternatives of fields) {
    const value = (data as Record<string, unknown>)[(alternatives[0] as CostedField).key];
    if (value === undefined) continue;
    let most = 0;
    for (const field of alternatives) {
      if (isAsked(field, given)) most = Math.max(most, field.argumentsCost(given) + actualOfValue(field, value, given));
    }
    total += most;
  }
  return total;
}

function actualOfValue(field: CostedField, value: unknown, given: Given): number {
  if (value === null) return 0;
  if (!field.isList || !Array.isArray(value)) {
    return Math.max(
      0,
      field.weight + (field.childrenByKey.length > 0 ? actualOf(field.childrenByKey, value, given) : 0),
    );
  }
  let total = 0;
  for (const item of value) total += actualOfValue(field, item, given);
  return total;
}

/** Turns selections into fields with their costs; fields of one name at one place are one field. */
class Compiler {
  usesVariables = false;
  size = 0;
  readonly #costs: CostSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(costs: CostSchema, { definitions }: DocumentNode) {
    this.#costs = costs;
    this.#fragments = new Map(
      definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
    );
  }

  fieldsOf(type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): CostedField[] {
    const found = new Map<
      string,
      { field: FieldNode; type: GraphQLCompositeType; conditions: readonly Condition[]; below: SelectionSetNode[] }
    >();
    const collect = (
      parent: GraphQLCompositeType,
      { selections }: SelectionSetNode,
      above: readonly Condition[],
    ): void => {
      for (const selection of selections) {
        const conditions = this.#conditionsOf(selection, above);
        if (!conditions) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const place = JSON.stringify([parent.name, key, conditions]);
          const known = found.get(place);
          if (!known)
            found.set(place, {
              field: selection,
              type: parent,
              conditions,
              below: selection.selectionSet ? [selection.selectionSet] : [],
            });
          else if (selection.selectionSet) known.below.push(selection.selectionSet);
          continue;
        }
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
        if (!fragment) continue;
        const name = fragment.typeCondition?.name.value;
        const inside = name === undefined ? parent : this.#costs.schema.getType(name);
        if (isCompositeType(inside)) collect(inside, fragment.selectionSet, conditions);
      }
    };
    for (const selectionSet of selectionSets) collect(type, selectionSet, []);
    return [...found.values()].flatMap(({ field, type: parent, conditions, below }) => {
      const costed = this.#fieldOf(parent, field, conditions, below);
      return costed ? [costed] : [];
    });
  }

  /** @returns undefined for what no subgraph is asked, and for what the schema does not have */
  #fieldOf(
    parent: GraphQLCompositeType,
    node: FieldNode,
    conditions: readonly Condition[],
    below: readonly SelectionSetNode[],
  ): CostedField | undefined {
    const name = node.name.value;
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!definition) return undefined;
    this.size += 1;
    const { directives } = this.#costs;
    const type = getNamedType(definition.type);
    const children = isCompositeType(type) ? this.fieldsOf(type, below) : [];
    const listSize = directives.listSizeOf(definition);
    return {
      key: (node.alias ?? node.name).value,
      name,
      conditions,
      isList: isListType(getNullableType(definition.type)),
      weight: directives.weightOfField(definition, type),
      argumentsCost: this.#argumentsCost(definition, node),
      size: listSize ? this.#sizeOf(definition, node, listSize) : () => undefined,
      sizedFields: listSize?.sizedFields ?? [],
      children,
      childrenByKey: together(children),
    };
  }

  #argumentsCost(field: GraphQLField<unknown, unknown>, node: FieldNode): Amount {
    const costs = (node.arguments ?? []).flatMap(({ name, value }): Amount[] => {
      const argument = field.args.find((each) => each.name === name.value);
      if (!argument || !this.#mayCost(argument)) return [];
      const read = this.#valueOf(value);
      return [(given) => this.#costOf(read(given), argument)];
    });
    if (costs.length === 0) return () => 0;
    return (given) =>
      Math.max(
        0,
        costs.reduce((total, cost) => total + cost(given), 0),
      );
  }

  #mayCost(argument: GraphQLArgument): boolean {
    return this.#costs.directives.weightOf(argument) !== undefined || isInputObjectType(getNamedType(argument.type));
  }

  /** An input object costs 1 unless it says otherwise, and its fields; anything else only what it says. */
  #costOf(value: unknown, element: GraphQLArgument | GraphQLInputField): number {
    if (value === null || value === undefined) return 0;
    if (Array.isArray(value)) return value.reduce((total: number, item) => total + this.#costOf(item, element), 0);
    const weight = this.#costs.directives.weightOf(element);
    const type = getNamedType(element.type);
    if (!isInputObjectType(type) || typeof value !== "object") return weight ?? 0;
    const fields = type.getFields();
    return Object.entries(value).reduce((total, [name, given]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return field ? total + this.#costOf(given, field) : total;
    }, weight ?? 1);
  }

  #sizeOf(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    { assumedSize, slicingArguments, requireOneSlicingArgument }: ListSizeDirective,
  ): Amount<number | undefined> {
    const sizes = slicingArguments.flatMap((name): Amount<number | undefined>[] => {
      const argument = field.args.find((each) => each.name === name);
      if (!argument) return [];
      const byDefault = sizeIn(argument.defaultValue);
      const value = node.arguments?.find((each) => each.name.value === name)?.value;
      if (!value) return [() => byDefault];
      const read = this.#valueOf(value);
      return [
        (given) => {
          const found = read(given);
          return found === undefined ? byDefault : sizeIn(found);
        },
      ];
    });
    return (given) => {
      const known = sizes.map((size) => size(given)).filter((size) => size !== undefined);
      if (requireOneSlicingArgument && slicingArguments.length > 0 && known.length !== 1) {
        throw new SlicingArgumentRequired(field.name, slicingArguments);
      }
      return known.length > 0 ? Math.max(...known) : assumedSize;
    };
  }

  #valueOf(node: ValueNode): Amount<unknown> {
    const constant = !mentionsVariable(node);
    if (constant) {
      const value = valueFromASTUntyped(node);
      return () => value;
    }
    this.usesVariables = true;
    return ({ variables }) => valueFromASTUntyped(node, variables);
  }

  /** @returns undefined when the selection is left out whatever the variables are */
  #conditionsOf({ directives }: SelectionNode, above: readonly Condition[]): readonly Condition[] | undefined {
    let conditions = above;
    for (const { name, arguments: given } of directives ?? []) {
      if (name.value !== "skip" && name.value !== "include") continue;
      const value = given?.find((argument) => argument.name.value === "if")?.value;
      const when = name.value === "include";
      if (value?.kind === Kind.BOOLEAN && value.value !== when) return undefined;
      if (value?.kind !== Kind.VARIABLE) continue;
      this.usesVariables = true;
      conditions = [...conditions, { when, variable: value.name.value }];
    }
    return conditions;
  }
}

function together(fields: readonly CostedField[]): readonly (readonly CostedField[])[] {
  return [...Map.groupBy(fields, ({ key }) => key).values()];
}

function isAsked({ conditions }: CostedField, { variables }: Given): boolean {
  return conditions.every(({ when, variable }) => variables[variable] !== !when);
}

/** How many items an argument asks for: a number, or as many as a list has. */
function sizeIn(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === "number" ? value : undefined;
}

function lengthOf(size: number): number {
  return Math.min(Math.max(0, size), LONGEST_LIST);
}

function bounded(amount: number): number {
  return Math.min(Math.max(0, amount), Number.MAX_SAFE_INTEGER);
}

function mentionsVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.some(mentionsVariable);
  return node.kind === Kind.OBJECT && node.fields.some(({ value }) => mentionsVariable(value));
}
