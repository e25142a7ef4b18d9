import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
} from "graphql";

const SLICING_ARGUMENT = "first";

/**
 * Says of every list that has a `first` how long it gets, for whoever estimates what an operation costs before running it:
 * `@listSize` of the GraphQL cost directives specification, in Federation's form.
 */
export function sayListSizes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.args.some(({ name }) => name === SLICING_ARGUMENT)) continue;
      const sizedFields = listsIn(field);
      if (sizedFields.length === 0 && !isList(field)) continue;
      const directives = (field.extensions["directives"] ?? {}) as Readonly<Record<string, unknown>>;
      const listSize = {
        slicingArguments: [SLICING_ARGUMENT],
        ...(sizedFields.length > 0 && { sizedFields }),
        requireOneSlicingArgument: false,
      };
      field.extensions = { ...field.extensions, directives: { ...directives, listSize } };
    }
  }
}

/** The lists of a page: a connection's edges and nodes. */
function listsIn(field: GraphQLField<unknown, unknown>): string[] {
  const type = getNamedType(field.type);
  if (isList(field) || !isObjectType(type)) return [];
  return Object.values(type.getFields())
    .filter(isList)
    .map(({ name }) => name);
}

function isList(field: GraphQLField<unknown, unknown>): boolean {
  return isListType(getNullableType(field.type));
}
