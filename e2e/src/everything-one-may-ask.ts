import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from "graphql";

/** A document that asks one root field for everything that can be asked without further arguments, to a depth. */
export interface Question {
  field: string;
  kind: "query" | "subscription";
  /**
   * Selects everything so many levels deep, or the ids alone: an object whose other fields somebody may not read is
   * null when one of them is required, and shows its id when nothing else is asked.
   */
  document(depth: number, idsOnly?: boolean): string;
  /** The ID argument to put somebody else's id into, or null for a field that can be asked as it is. */
  idArgument: string | null;
}

/** Every question about an id, and every list, that the schema allows. */
export function everyQuestion(schema: GraphQLSchema): Question[] {
  const roots: ["query" | "subscription", GraphQLObjectType | null | undefined][] = [
    ["query", schema.getQueryType()],
    ["subscription", schema.getSubscriptionType()],
  ];
  return roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) => questionsOf(kind, field)),
  );
}

function questionsOf(kind: Question["kind"], field: GraphQLField<unknown, unknown>): Question[] {
  const ids = field.args.filter((arg) => getNamedType(arg.type).name === "ID");
  const required = field.args.filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);
  const about = ids.map((arg) => {
    // Whatever other ids it cannot do without get the same one, and the rest something of its type.
    const args = [arg, ...required.filter((one) => one !== arg)].map((one) => `${one.name}: ${valueFor(one)}`);
    return {
      field: field.name,
      kind,
      idArgument: arg.name,
      document: (depth: number, idsOnly = false) =>
        `${kind} ($id: ID!) { ${field.name}(${args.join(", ")}) ${select(field.type, depth, idsOnly)} }`,
    };
  });
  const bare = {
    field: field.name,
    kind,
    idArgument: null,
    document: (depth: number, idsOnly = false) => `${kind} { ${field.name} ${select(field.type, depth, idsOnly)} }`,
  };
  return required.length === 0 ? [...about, bare] : about;
}

/** Something that may stand for an argument. @throws Error for a type that none of our fields needs so far */
function valueFor({ name, type }: GraphQLArgument): string {
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[0]?.name ?? "";
  const value = { ID: "$id", Day: '"2027-01-01"', String: '"x"', Int: "1", Boolean: "false" }[named.name];
  if (!value || isListType(getNullableType(type))) throw new Error(`Say what may stand for ${name}: ${String(type)}.`);
  return value;
}

function select(type: GraphQLOutputType, depth: number, idsOnly: boolean): string {
  const named = getNamedType(type);
  if (isScalarType(named) || isEnumType(named)) return "";
  if (!isObjectType(named)) return "{ __typename }";
  const fields = Object.values(named.getFields())
    // A connection's edges lead where its nodes lead.
    .filter(({ name }) => name !== "edges")
    .filter((field) => field.args.every((arg) => !isNonNullType(arg.type) || arg.defaultValue !== undefined))
    .flatMap((field) => {
      const leaf = isScalarType(getNamedType(field.type)) || isEnumType(getNamedType(field.type));
      if (leaf) return idsOnly && getNamedType(field.type).name !== "ID" ? [] : [field.name];
      return depth > 0 ? [`${field.name} ${select(field.type, depth - 1, idsOnly)}`] : [];
    });
  return fields.length > 0 ? `{ ${fields.join(" ")} }` : "{ __typename }";
}
