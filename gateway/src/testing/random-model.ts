import fc from "fast-check";
import type { Row, Value } from "./modelled-graph.ts";
import { Choices } from "./random-operation.ts";

/** Subgraphs over one data model, ready for `modelledGraph`; some do not compose. */
export interface RandomModel {
  subgraphs: Record<string, string>;
  query: Omit<Row, "__typename">;
  entities: Row[];
}

interface Field {
  name: string;
  /** A scalar, an entity, `Node`, `Either`, or the value type `Part`. */
  type: string;
  list: boolean;
  nullable: boolean;
  args: string;
  owners: number[];
  /** Overridden there, by the first owner. */
  was: number | undefined;
  /** In the one owner. */
  requires: string | undefined;
  provides: string | undefined;
}

interface Entity {
  name: string;
  fields: Field[];
  isNode: boolean;
  /** The interface object's interface, for its implementations. */
  media: boolean;
}

const ROWS = 3;
const SCALARS = ["String", "Int", "Boolean"];
const KEYS = ["id", "code", "pair { a b }", "id pair { b }"];
const LITERALS: Record<string, string> = {
  "(x: Int)": "(x: 3)",
  "(x: Int = 1, y: String)": '(y: "a")',
  "(x: Int!)": "(x: 7)",
};

/** Makes a model out of choices, of which the first is always the simplest. */
export function randomModel(numbers: readonly number[]): RandomModel {
  return new Maker(new Choices(numbers)).make();
}

export const modelNumbers: fc.Arbitrary<number[]> = fc.array(fc.nat(1000), { minLength: 60, maxLength: 400 });

class Maker {
  readonly #choices: Choices;
  readonly #count: number;
  readonly #entities: Entity[] = [];
  readonly #mediaHome: number;
  readonly #mediaFields: Field[] = [];
  /** How each subgraph knows each entity, and each interface object: its keys. */
  readonly #keys = new Map<string, string>();

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#count = 2 + choices.below(3);
    this.#mediaHome = choices.below(this.#count);
  }

  make(): RandomModel {
    const plain = 1 + this.#choices.below(3);
    for (let n = 0; n < plain; n += 1) this.#entities.push(this.#entity(`E${n}`, plain, false));
    if (this.#choices.below(2) === 1) {
      for (const name of ["Film", "Song"]) this.#entities.push(this.#entity(name, plain, true));
      const fields = 1 + this.#choices.below(2);
      for (let n = 0; n < fields; n += 1) {
        const owner = (this.#mediaHome + 1 + this.#choices.below(this.#count - 1)) % this.#count;
        this.#mediaFields.push({ ...this.#field(`m${n}`, plain), owners: [owner], was: undefined });
      }
    }
    // A subgraph has either the interface object or its implementations.
    const asObject = this.#mediaFields.flatMap(({ owners }) => owners);
    const others = this.#indexes.filter((index) => !asObject.includes(index));
    for (const field of this.#entities.flatMap(({ media, fields }) => (media ? fields : []))) {
      if (field.owners.every((owner) => others.includes(owner)) && field.was === undefined) continue;
      Object.assign(field, { owners: [this.#mediaHome], was: undefined });
    }
    for (const { fields, media } of this.#entities)
      this.#addComputed("c", fields, media ? "title" : undefined, media ? others : this.#indexes);
    if (this.#hasMedia) this.#addComputed("d", this.#mediaFields, "title", asObject);
    for (const entity of this.#entities) for (const field of entity.fields) this.#addProvides(field);
    const entities = this.#rows();
    const subgraphs: Record<string, string> = {};
    const query: RandomModel["query"] = {};
    for (let index = 0; index < this.#count; index += 1) subgraphs[`s${index}`] = this.#sdl(index, query, entities);
    return { subgraphs, query, entities };
  }

  get #indexes(): number[] {
    return Array.from({ length: this.#count }, (_, index) => index);
  }

  get #hasMedia(): boolean {
    return this.#entities.some(({ media }) => media);
  }

  #entity(name: string, plain: number, media: boolean): Entity {
    const count = 1 + this.#choices.below(4);
    const fields = Array.from({ length: count }, (_, n) => this.#field(`f${n}`, plain));
    return { name, fields, isNode: this.#choices.below(2) === 1, media };
  }

  #field(name: string, plain: number): Field {
    const kind = this.#choices.below(8);
    const type =
      kind < 4
        ? (SCALARS[kind % 3] as string)
        : kind < 6
          ? `E${this.#choices.below(plain)}`
          : this.#choices.of(["Node", "Either", "Part"]);
    const owner = this.#choices.below(this.#count);
    const shared = SCALARS.includes(type) && this.#choices.below(4) === 3;
    const owners = shared ? [owner, (owner + 1) % this.#count] : [owner];
    const overridden = !shared && SCALARS.includes(type) && this.#choices.below(6) === 5;
    return {
      name,
      type,
      list: this.#choices.below(3) === 2,
      // Of these there may be none that a subgraph knows.
      nullable: this.#choices.below(3) > 0 || type === "Node" || type === "Either",
      args: this.#choices.below(3) === 2 ? this.#choices.of(Object.keys(LITERALS)) : "",
      owners,
      was: overridden ? (owner + 1) % this.#count : undefined,
      requires: undefined,
      provides: undefined,
    };
  }

  /** Fields computed from what other subgraphs have. */
  #addComputed(prefix: string, fields: Field[], inherited: string | undefined, owners: readonly number[]): void {
    const count = this.#choices.below(4);
    const sources = [...fields];
    for (let n = 0; n < count; n += 1) {
      const owner = this.#choices.of(owners);
      const parts: string[] = [];
      for (let part = 0; part <= this.#choices.below(2); part += 1) {
        const source = this.#choices.of(sources);
        if (source.owners.includes(owner) || source.was === owner || source.requires) continue;
        const text = this.#required(source);
        if (text && !parts.some((other) => other.startsWith(source.name))) parts.push(text);
      }
      if (parts.length === 0 && inherited && owner !== this.#mediaHome) parts.push(inherited);
      if (parts.length === 0) continue;
      fields.push({
        name: `${prefix}${n}`,
        type: "String",
        list: false,
        nullable: true,
        args: this.#choices.below(4) === 3 ? "(x: Int)" : "",
        owners: [owner],
        was: undefined,
        requires: parts.join(" "),
        provides: undefined,
      });
    }
  }

  #required({ name, type, args }: Field): string | undefined {
    const call = `${name}${args && (args.includes("!") || this.#choices.below(2) === 0) ? this.#literal(args) : ""}`;
    if (SCALARS.includes(type)) return call;
    if (type === "Part") return `${call} { size }`;
    return type === "Either" ? undefined : `${call} { id }`;
  }

  #literal(args: string): string {
    return args === "(x: Int!)" ? `(x: ${this.#choices.below(3)})` : (LITERALS[args] as string);
  }

  #addProvides(field: Field): void {
    const target = this.#entities.find(({ name }) => name === field.type);
    if (!target || field.requires || this.#choices.below(3) !== 2) return;
    const [owner] = field.owners as [number];
    const provided = target.fields.find(
      ({ type, args, owners, requires, was }) =>
        SCALARS.includes(type) && !args && !requires && was === undefined && !owners.includes(owner),
    );
    if (provided) field.provides = provided.name;
  }

  #rows(): Row[] {
    const rows = this.#entities.flatMap(({ name }) =>
      Array.from({ length: ROWS }, (_, n) => {
        const pair: Row = { __typename: "Pair", a: `${name}a${n}`, b: `${name}b${n}` };
        return { __typename: name, id: `${name}-${n}`, code: `${name}c${n}`, pair, title: `${name} ${n}` } as Row;
      }),
    );
    for (const row of rows) {
      const entity = this.#entities.find(({ name }) => name === row.__typename) as Entity;
      const fields = entity.media ? [...entity.fields, ...this.#mediaFields] : entity.fields;
      for (const field of fields) if (!field.requires) row[field.name] = this.#value(field, row, rows);
    }
    return rows;
  }

  #value(field: Field, { id }: Row, rows: readonly Row[]): Value {
    if (field.nullable && this.#choices.below(5) === 4)
      return SCALARS.includes(field.type) && !field.list && this.#choices.below(3) === 2
        ? new Error(`no ${field.name}`)
        : null;
    if (!field.list) return this.#one(field, String(id), 0, rows);
    return Array.from({ length: this.#choices.below(4) }, (_, at) =>
      this.#choices.below(5) === 4 ? null : this.#one(field, String(id), at, rows),
    );
  }

  #one({ name, type, owners }: Field, id: string, at: number, rows: readonly Row[]): Value {
    if (type === "String") return `${name} of ${id}.${at}`;
    if (type === "Int") return this.#choices.below(100) + at;
    if (type === "Boolean") return this.#choices.below(2) === 1;
    if (type === "Part") return { __typename: "Part", size: this.#choices.below(9), note: `part ${name} of ${id}` };
    const fitting = rows.filter(({ __typename }) => this.#fits(__typename, type, owners[0] as number));
    return fitting.length > 0 ? this.#choices.of(fitting) : null;
  }

  /** Whether a subgraph could give an object of the type where another is declared. */
  #fits(typename: string, declared: string, index: number): boolean {
    if (typename === declared) return true;
    const entity = this.#entities.find(({ name }) => name === typename) as Entity;
    if (declared === "Node") return entity.isNode && !entity.media;
    if (declared === "Media") return entity.media;
    return declared === "Either" && !entity.media && (index + this.#entities.indexOf(entity)) % 3 !== 2;
  }

  /** The keys by which a subgraph knows a type, as directives; and the fields that they need. */
  #known(type: string, index: number, serves: boolean): string {
    const place = `${type} ${index}`;
    let keys = this.#keys.get(place);
    if (keys === undefined) {
      const chosen = [this.#choices.of(["id", "id", "id", "id", "id", ...KEYS])];
      if (this.#choices.below(3) > 0) chosen.push(this.#choices.of(KEYS));
      keys = [...new Set(chosen)]
        .map((key) => `@key(fields: "${key}"${!serves || this.#choices.below(8) === 7 ? ", resolvable: false" : ""})`)
        .join(" ");
      this.#keys.set(place, keys);
    }
    return keys;
  }

  #sdl(index: number, query: RandomModel["query"], rows: readonly Row[]): string {
    const types: string[] = [];
    const referred = new Set<string>();
    for (const { name, fields } of [...this.#entities, { name: "", fields: this.#mediaFields }]) {
      for (const field of fields) {
        if (!field.owners.includes(index)) continue;
        referred.add(field.type);
        for (const required of requiredNames(field))
          for (const source of fields) if (source.name === required) referred.add(source.type);
      }
      if (fields.some((field) => field.owners.includes(index) || field.was === index)) referred.add(name);
    }
    const isHome = this.#hasMedia && this.#mediaHome === index;
    const asObject = this.#hasMedia && !isHome && this.#mediaFields.some(({ owners }) => owners.includes(index));
    const visible = this.#entities.filter((entity) => {
      if (entity.media) return isHome || (!asObject && referred.has(entity.name));
      const { name } = entity;
      return referred.has(name) || ["Node", "Either"].some((it) => referred.has(it) && this.#fits(name, it, index));
    });
    for (const entity of visible) types.push(this.#type(entity, index, isHome));
    const either = visible.filter(({ name }) => this.#fits(name, "Either", index)).map(({ name }) => name);
    if (referred.has("Either")) types.push(`union Either = ${either.join(" | ")}`);
    if (referred.has("Node") || visible.some(({ isNode }) => isNode)) types.push("interface Node { id: ID! }");
    if (isHome) types.push(`interface Media @key(fields: "id") { id: ID! title: String }`);
    if (asObject) {
      const resolvable = this.#choices.below(6) === 5 ? ", resolvable: false" : "";
      const lines = this.#lines("Media", this.#mediaFields, index, ["title"]);
      types.push(`type Media @interfaceObject @key(fields: "id"${resolvable}) { id: ID! @shareable ${lines} }`);
    }
    const text = types.join("\n");
    if (/\bpair\b/.test(text)) types.push("type Pair @shareable { a: ID! b: ID! }");
    if (/\bPart\b/.test(text)) types.push("type Part @shareable { size: Int note: String }");
    const roots = [`_s${index}: String`];
    const addRoot = (name: string, type: string, fits: readonly Row[]) => {
      if (fits.length === 0) return;
      roots.push(`${name}: ${type}`, `all_${name}: [${type}]`);
      query[name] = this.#choices.of(fits);
      query[`all_${name}`] = [...fits];
    };
    for (const { name } of visible)
      addRoot(
        `r${index}${name}`,
        name,
        rows.filter((row) => row.__typename === name),
      );
    if (isHome || asObject)
      addRoot(
        `r${index}Media`,
        "Media",
        rows.filter((row) => this.#fits(row.__typename, "Media", index)),
      );
    return [...types, `type Query { ${roots.join(" ")} }`].join("\n");
  }

  #type(entity: Entity, index: number, isHome: boolean): string {
    const { name, fields, isNode, media } = entity;
    const serves = fields.some((field) => field.owners.includes(index)) || (media && isHome);
    const keys = media ? '@key(fields: "id")' : this.#known(name, index, serves);
    const interfaces = [...(isNode && !media ? ["Node"] : []), ...(media && isHome ? ["Media"] : [])];
    const known = [
      "id: ID! @shareable",
      ...(keys.includes("code") ? ["code: ID! @shareable"] : []),
      ...(keys.includes("pair") ? ["pair: Pair! @shareable"] : []),
      ...(media && isHome ? ["title: String"] : []),
    ];
    const implementing = interfaces.length > 0 ? ` implements ${interfaces.join(" & ")}` : "";
    return `type ${name}${implementing} ${keys} { ${known.join(" ")} ${this.#lines(name, fields, index, isHome ? [] : ["title"])} }`;
  }

  #lines(name: string, fields: readonly Field[], index: number, inherited: readonly string[]): string {
    const own = fields.filter((field) => field.owners.includes(index));
    const required = own.flatMap(requiredNames);
    const provided = this.#entities.flatMap((entity) =>
      entity.fields
        .filter((field) => field.type === name && field.owners.includes(index))
        .map((field) => field.provides),
    );
    const external = fields.filter(
      (field) =>
        !own.includes(field) && field.was !== index && (required.includes(field.name) || provided.includes(field.name)),
    );
    const isProvided = (field: Field) =>
      this.#entities.some((entity) =>
        entity.fields.some((other) => other.type === name && other.provides === field.name),
      );
    return [
      ...own.map((field) => {
        const shareable = field.owners.length > 1 || isProvided(field) ? " @shareable" : "";
        const override = field.was === undefined ? "" : ` @override(from: "s${field.was}")`;
        const requires = field.requires ? ` @requires(fields: ${JSON.stringify(field.requires)})` : "";
        const provides = field.provides ? ` @provides(fields: "${field.provides}")` : "";
        return `${declared(field)}${shareable}${override}${requires}${provides}`;
      }),
      ...fields.filter((field) => field.was === index).map(declared),
      ...external.map((field) => `${declared(field)} @external`),
      ...inherited.filter((it) => required.includes(it)).map((it) => `${it}: String @external`),
    ].join(" ");
  }
}

/** Names of the fields that it requires of its own entity. */
function requiredNames({ requires = "" }: Field): string[] {
  return requires
    .replace(/\([^)]*\)|\{[^}]*\}/g, "")
    .split(" ")
    .filter((name) => name !== "");
}

function declared({ name, args, type, list, nullable }: Field): string {
  return `${name}${args}: ${list ? `[${type}]` : type}${nullable ? "" : "!"}`;
}
