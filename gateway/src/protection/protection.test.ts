import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { getIntrospectionQuery, parse, print, separateOperations, visit } from "graphql";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, listenOn, socketTo } from "../testing/ask.ts";
import { type Shop, startShop } from "../testing/shop.ts";
import { measureDocument } from "./measure-document.ts";

let shop: Shop;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    logLevel: "silent",
    limits: { bodyBytes: 100_000 },
  });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

/** Fragments that each spread the next one twice: a short text that is astronomic written out. */
function bomb(fragments: number): string {
  const definitions = Array.from({ length: fragments }, (_, n) => {
    const inner =
      n + 1 < fragments ? `a: author { reviews { ...f${n + 1} } } b: author { reviews { ...f${n + 1} } }` : "id";
    return `fragment f${n} on Review { ${inner} }`;
  });
  return `{ reviews { ...f0 } } ${definitions.join(" ")}`;
}

/** As in the note that gave this guard its reason: every spread twice, nothing between. */
function flatBomb(fragments: number): string {
  const definitions = Array.from({ length: fragments }, (_, n) =>
    n + 1 < fragments
      ? `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`
      : `fragment f${n} on Query { me { id } }`,
  );
  return `{ ...f0 } ${definitions.join(" ")}`;
}

/** Both parts of each pair may be left out, which only the variables decide. */
function conditionalBomb(fragments: number): string {
  const spreads = (n: number) => `...f${n} @include(if: $a) ...f${n} @skip(if: $a)`;
  const definitions = Array.from(
    { length: fragments },
    (_, n) => `fragment f${n} on Query { ${n + 1 < fragments ? spreads(n + 1) : "me { id }"} }`,
  );
  return `query ($a: Boolean!) { ...f0 } ${definitions.join(" ")}`;
}

// How fast they are refused, and what others feel of it, is measured: npm run bench -- attack.
test.each([14, 30, 60])("bombs of %i fragments are refused by name", async (fragments) => {
  for (const query of [bomb(fragments), flatBomb(fragments), conditionalBomb(fragments)]) {
    const { status, errors } = await ask(gateway.url, query, { variables: { a: true } });
    expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 400, code: "QUERY_TOO_COMPLEX" });
  }
});

test("a bomb that nothing spreads is refused too: validation would go through it", async () => {
  const all = bomb(30);
  expect(await ask(gateway.url, `{ me { id } } ${all.slice(all.indexOf("fragment"))}`)).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: "QUERY_TOO_COMPLEX" } }],
  });
});

test.each([
  ["lists", (inner: unknown) => [inner]],
  ["objects", (inner: unknown) => ({ inner })],
])("variables of %s are refused where they get too deep, and are not where they are wide", async (_what, around) => {
  const query = "query ($a: Boolean = true) { me { id @include(if: $a) } }";
  const deep = (levels: number) => Array.from({ length: levels }).reduce(around, 1);
  const client = socketTo(gateway.url);
  for (const levels of [51, 1_000]) {
    expect(await ask(gateway.url, query, { variables: { other: deep(levels) } })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "VARIABLES_TOO_DEEP", limit: 50 } }],
    });
    expect(await listenOn(client, query, { other: deep(levels) }).over).toMatchObject([
      { extensions: { code: "VARIABLES_TOO_DEEP" } },
    ]);
  }
  await client.dispose();
  const wide = { other: Array.from({ length: 5_000 }, () => deep(1)) };
  for (const variables of [{ other: deep(49) }, wide]) {
    expect(await ask(gateway.url, query, { variables })).toMatchObject({ status: 200, data: { me: { id: "u1" } } });
  }
});

test.each([
  ["QUERY_TOO_DEEP", `{ reviews ${"{ author { reviews ".repeat(12)} { id } ${"} }".repeat(12)} }`],
  ["QUERY_TOO_MANY_ALIASES", `{ me { ${Array.from({ length: 61 }, (_, n) => `a${n}: __typename`).join(" ")} } }`],
  ["QUERY_TOO_MANY_ROOT_FIELDS", `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: __typename`).join(" ")} }`],
  ["QUERY_TOO_MANY_DIRECTIVES", `{ me { id ${"@include(if: true) ".repeat(61)} } }`],
  ["QUERY_TOO_COMPLEX", `{ me { ${"id ".repeat(2_001)} } }`],
  ["QUERY_TOO_MANY_TOKENS", `{ me { ${"id ".repeat(5_000)} } }`],
  ["QUERY_TOO_MANY_ALIASES", `{ ${Array.from({ length: 25 }, (_, n) => `a${n}: me { b: id c: id }`).join(" ")} }`],
  ["QUERY_TOO_MANY_TOKENS", `{ me { id ${"@include(if: true) ".repeat(4_000)} } }`],
  ["QUERY_TOO_DEEP", `{ ${"a{".repeat(900)} b ${"}".repeat(900)} }`],
])("%s is answered 400 over HTTP and by the same name on a socket", async (code, query) => {
  const http = await ask(gateway.url, query);
  expect({ status: http.status, code: http.errors?.[0]?.extensions["code"] }).toEqual({ status: 400, code });
  expect(http.errors?.[0]?.message).toMatch(/at most \d+ are answered/);
  const client = socketTo(gateway.url);
  expect(await listenOn(client, query).over).toMatchObject([{ extensions: { code } }]);
  await client.dispose();
});

test.each([
  "subscription ($if: Boolean!) { countdown(from: 1) @skip(if: $if) }",
  "subscription ($if: Boolean!) { ... @include(if: $if) { countdown(from: 1) } }",
  "subscription ($if: Boolean!) { ...F } fragment F on Subscription { countdown(from: 1) @include(if: $if) }",
])("%s is refused by name, and its socket goes on", async (query) => {
  const http = await ask(gateway.url, query, { variables: { if: true } });
  expect(http).toMatchObject({ status: 400, errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
  const client = socketTo(gateway.url, { lazy: false });
  expect(await listenOn(client, query, { if: true }).over).toMatchObject([
    { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
  ]);
  const next = listenOn(client, "subscription { countdown(from: 1) }");
  expect(await next.over).toBeNull();
  await client.dispose();
});

test("the same limits hold for GET", async () => {
  const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(flatBomb(30))}`, {
    headers: { "apollo-require-preflight": "1" },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "QUERY_TOO_COMPLEX" } }] });
});

test("a body that is too large is answered 413 and by name", async () => {
  const { status, errors } = await ask(gateway.url, "{ me { id } }", { variables: { filler: "x".repeat(110_000) } });
  expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 413, code: "BODY_TOO_LARGE" });
});

test("an ordinary introspection passes", async () => {
  const { errors } = await ask(
    gateway.url,
    getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }),
  );
  expect(errors).toBeUndefined();
});

test("a fragment that spreads itself is measured and left to validation", async () => {
  const { status, errors } = await ask(gateway.url, "{ me { ...f } } fragment f on User { id ...f }");
  expect({ status, code: errors?.[0]?.extensions["code"] }).toEqual({ status: 400, code: "GRAPHQL_VALIDATION_FAILED" });
});

test("the measure equals that of the same document with its fragments written out by hand", () => {
  const names = ["f0", "f1", "f2", "f3"];
  const selections = (deepest: number): fc.Arbitrary<string> =>
    fc
      .array(
        fc.oneof(
          fc.constantFrom("id", "x: id", "id @skip(if: false)"),
          fc.constantFrom("n { id }", "y: n { id z: n { id } }", "... { id }", "... @skip(if: true) { n { id } }"),
          ...(deepest < names.length ? [fc.constantFrom(...names.slice(deepest)).map((name) => `...${name}`)] : []),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => `{ ${parts.join(" ")} }`);
  fc.assert(
    fc.property(fc.tuple(...names.map((_, n) => selections(n + 1))), selections(0), (bodies, operation) => {
      const document = parse(`${operation} ${bodies.map((body, n) => `fragment f${n} on T ${body}`).join(" ")}`);
      const written = new Map(
        document.definitions.flatMap((d) => (d.kind === "FragmentDefinition" ? [[d.name.value, d]] : [])),
      );
      const [only] = Object.values(separateOperations(document));
      let flat = parse(print(only ?? document).split("fragment")[0] ?? "");
      for (let again = 0; again < names.length; again++) {
        flat = visit(flat, {
          FragmentSpread: ({ name }) =>
            ({ kind: "InlineFragment", selectionSet: written.get(name.value)?.selectionSet }) as never,
        });
      }
      expect(measureDocument(only ?? document).size).toEqual(measureDocument(parse(print(flat))).size);
    }),
  );
});
