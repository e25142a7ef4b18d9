/** What somebody sends to do harm, each time another text, and how it is to be refused. */
export interface Attack {
  name: string;
  bodyOf(number: number): string;
  code: string;
  status?: number;
}

const attackOf = (name: string, code: string, query: string, variables?: unknown): Attack => ({
  name,
  code,
  bodyOf: (number) => JSON.stringify({ query: `${query} # ${number}`, variables }),
});

/** Fragments that each spread the next one twice, below fields: the text is short, and astronomic written out. */
function bomb(fragments: number): string {
  const definitions = Array.from({ length: fragments }, (_, n) => {
    const next = `reviews { author { ...f${n + 1} } }`;
    return `fragment f${n} on User { ${n + 1 < fragments ? `a: ${next} b: ${next}` : "id"} }`;
  });
  return `{ me { ...f0 } } ${definitions.join(" ")}`;
}

/** As above with nothing between, each spread under a condition that only variables decide. */
function conditionalBomb(fragments: number): string {
  const definitions = Array.from({ length: fragments }, (_, n) => {
    const next = `...f${n + 1} @include(if: $a) ...f${n + 1} @skip(if: $a)`;
    return `fragment f${n} on Query { ${n + 1 < fragments ? next : "me { id }"} }`;
  });
  return `query ($a: Boolean!) { ...f0 } ${definitions.join(" ")}`;
}

const times = (number: number, text: (index: number) => string) =>
  Array.from({ length: number }, (_, n) => text(n)).join(" ");
const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

export const attacks: readonly Attack[] = [
  ...[14, 30, 60].map((fragments) => attackOf(`bomb-${fragments}`, "QUERY_TOO_COMPLEX", bomb(fragments))),
  attackOf("conditional-bomb", "QUERY_TOO_COMPLEX", conditionalBomb(60), { a: true }),
  attackOf("aliases", "QUERY_TOO_MANY_ALIASES", `{ me { ${times(900, (n) => `a${n}: id`)} } }`),
  attackOf("fields", "QUERY_TOO_MANY_TOKENS", `{ me { ${times(100_000, () => "id")} } }`),
  attackOf("directives", "QUERY_TOO_MANY_TOKENS", `{ me { id ${times(10_000, () => "@include(if: true)")} } }`),
  attackOf("nesting", "QUERY_TOO_DEEP", `{ me ${"{ me ".repeat(900)} { id } ${"}".repeat(900)} }`),
  attackOf(
    "lists-in-lists",
    "QUERY_LISTS_TOO_LONG",
    `{ users ${"{ reviews { product { reviews { author ".repeat(4)} { id } ${"} } } }".repeat(4)} }`,
  ),
  attackOf("deep-variables", "VARIABLES_TOO_DEEP", "query ($a: Int) { me { id } }", { a: nested(2_000) }),
  {
    name: "large-variables",
    code: "BODY_TOO_LARGE",
    status: 413,
    bodyOf: (number) => JSON.stringify({ query: "{ me { id } }", variables: { number, filler: "x".repeat(600_000) } }),
  },
];
