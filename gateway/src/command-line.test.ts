import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { operatorNameOf, readCommandLine } from "./command-line.ts";
import { ConfigurationError, type GatewayConfig, resolveConfig } from "./configuration.ts";
import { startGateway } from "./gateway.ts";
import { InvalidSupergraph } from "./supergraph/supergraph.ts";

const folder = mkdtempSync(path.join(tmpdir(), "gateway-"));
beforeAll(() => {
  writeFileSync(path.join(folder, "broken.graphql"), "type Query {");
  writeFileSync(path.join(folder, "plain.graphql"), "type Query { me: String }");
  writeFileSync(path.join(folder, "people.json"), "[");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("flags win over the environment, and the environment over defaults", () => {
  const config = readCommandLine(["--port", "1"], { SUPERGRAPH_FILE: "s", PORT: "2", HOST: "::1", LIMIT_DEPTH: "7" });
  expect(resolveConfig(config as GatewayConfig)).toMatchObject({
    supergraph: { file: "s" },
    port: 1,
    host: "::1",
    limits: { depth: 7, aliases: 60 },
  });
});

test("issuers, subgraph addresses and headers are lists and families of variables", () => {
  const config = readCommandLine(["--supergraph", "s"], {
    OIDC_ISSUERS: "https://a.example, https://b.example",
    OIDC_AUDIENCE: "us",
    SUBGRAPH_URL_PEOPLE: "http://people:4101/graphql",
    PROPAGATE_HEADERS: "X-Tenant,traceparent",
    PASSAGES: "/files/=products, /papers/=reviews:1000",
    INTROSPECTION: "off",
  });
  expect(resolveConfig(config as GatewayConfig)).toMatchObject({
    identity: { issuers: [{ issuer: "https://a.example" }, { issuer: "https://b.example" }], audience: "us" },
    subgraphUrls: { PEOPLE: "http://people:4101/graphql" },
    propagateHeaders: ["x-tenant", "traceparent"],
    passages: { "/files/": "products", "/papers/": { subgraph: "reviews", putBytes: 1000 } },
    introspection: false,
  });
});

test.each([
  ["at the top", { limitz: {} }, /Unrecognized key: "limitz"/],
  ["in a group", { limits: { dept: 3 } }, /^limits: Unrecognized key: "dept"/],
  ["deeper", { explorer: { people: [{ email: "a@b", name: "A", role: "r", nick: "x" }] } }, /people.0: .*"nick"/],
])("a key of the configuration that is unknown %s is named", (_where, config, sentence) => {
  const resolve = () => resolveConfig({ supergraph: { file: "s" }, ...(config as object) });
  expect(resolve).toThrow(ConfigurationError);
  expect(resolve).toThrow(sentence);
});

test("costs and budgets are numbers, a switch and an address", () => {
  const config = readCommandLine(["--supergraph", "s"], {
    LIMIT_COST: "500",
    COST_SHOWN: "on",
    COST_ASSUMED_LIST_SIZE: "3",
    BUDGET_PER_VIEWER: "900",
    BUDGET_STORE_URL: "postgres://me@db/budgets",
    TRUSTED_PROXIES: "loopback, 10.0.0.0/8",
  });
  expect(resolveConfig(config as GatewayConfig)).toMatchObject({
    limits: { cost: 500 },
    cost: { shown: true, assumedListSize: 3 },
    budget: { perViewer: 900, seconds: 60, storeUrl: "postgres://me@db/budgets" },
    trustedProxies: ["loopback", "10.0.0.0/8"],
  });
});

test("nothing is demanded of clients unless configured", () => {
  const config = resolveConfig(readCommandLine(["--supergraph", "s"], {}) as GatewayConfig);
  expect(config.identity).toBeUndefined();
  expect(config.signingSecret).toBeUndefined();
});

test("help is help", () => {
  expect(readCommandLine(["--help"], {})).toBe("help");
});

const secret = "x".repeat(32);
test.each<[string, string[], Record<string, string>, RegExp]>([
  ["no supergraph", [], {}, /Say which supergraph to serve: --supergraph FILE or SUPERGRAPH_FILE/],
  ["a passage that leads nowhere", ["--supergraph", "s"], { PASSAGES: "/files/" }, /PASSAGES must be like/],
  ["a passage without a size", ["--supergraph", "s"], { PASSAGES: "/files/=products:x" }, /PASSAGES must be like/],
  [
    "a passage that is no path",
    ["--supergraph", "s"],
    { PASSAGES: "files=products" },
    /PASSAGES: must be paths such as \/files\/, not "files"/,
  ],
  [
    "a supergraph that is no GraphQL",
    ["--supergraph", "broken.graphql"],
    {},
    /not a supergraph that can be served: Syntax Error/,
  ],
  ["a supergraph that is a plain schema", ["--supergraph", "plain.graphql"], {}, /not a supergraph that can be served/],
  ["a word too many", ["--supergraph", "s", "t"], {}, /Unexpected argument 't'/],
  ["a flag without its value", ["--supergraph"], {}, /--supergraph <value>' argument missing/],
  [
    "a port that is none",
    ["--supergraph", "s", "--port", "http"],
    {},
    /--port or PORT must be a whole number, not "http"/,
  ],
  ["a port out of range", ["--supergraph", "s", "--port", "70000"], {}, /--port or PORT: .*65535/],
  [
    "a short secret",
    ["--supergraph", "s"],
    { SIGNING_SECRET: "short" },
    /SIGNING_SECRET: must have at least 32 characters/,
  ],
  [
    "a viewer service without a secret",
    ["--supergraph", "s"],
    { VIEWER_URL: "http://localhost:1/v" },
    /SIGNING_SECRET: is needed/,
  ],
  [
    "a partner's path without a viewer service",
    ["--supergraph", "s", "--partner-supergraph", "p"],
    {},
    /PARTNER_SUPERGRAPH_FILE: needs/,
  ],
  ["an address that is none", ["--supergraph", "s"], { SUBGRAPH_URL_PEOPLE: "people" }, /SUBGRAPH_URL_PEOPLE: /],
  ["an issuer that is no address", ["--supergraph", "s"], { OIDC_ISSUERS: "google" }, /OIDC_ISSUERS: /],
  [
    "a demonstration issuer in production",
    ["--supergraph", "s"],
    { DEMO_ISSUER_SECRET: secret },
    /DEMO_ISSUER_SECRET: .*refused/,
  ],
  ["a limit that is none", ["--supergraph", "s"], { LIMIT_DEPTH: "0" }, /LIMIT_DEPTH: /],
  ["a share above all", ["--supergraph", "s"], { BREAKER_FAILURE_PERCENT: "101" }, /BREAKER_FAILURE_PERCENT: .*100/],
  [
    "a path of metrics that is none",
    ["--supergraph", "s"],
    { METRICS_PATH: "metrics" },
    /METRICS_PATH: must be a path/,
  ],
  [
    "a budget that could not pay what is let through",
    ["--supergraph", "s"],
    { BUDGET_PER_KEY: "10" },
    /BUDGET_PER_KEY: must be at least limits.cost \(200000\)/,
  ],
  [
    "a store that is no database",
    ["--supergraph", "s"],
    { BUDGET_PER_KEY: "200000", BUDGET_STORE_URL: "redis://x" },
    /BUDGET_STORE_URL: must be like postgres:/,
  ],
  [
    "a proxy without an address",
    ["--supergraph", "s"],
    { TRUSTED_PROXIES: "nobody" },
    /TRUSTED_PROXIES: must be addresses or networks such as 10.0.0.0\/8 \(invalid IP address: nobody\)/,
  ],
  [
    "a limit that is misspelt",
    ["--supergraph", "s"],
    { LIMIT_DEPHT: "7" },
    /There is no setting LIMIT_DEPHT. Those that begin with LIMIT_ are .*LIMIT_DEPTH/,
  ],
  [
    "a family that has one only",
    ["--supergraph", "s"],
    { BUDGET_STORE: "x" },
    /no setting BUDGET_STORE\. .*BUDGET_STORE_URL/,
  ],
  [
    "a mode without a manifest",
    ["--supergraph", "s"],
    { TRUSTED_DOCUMENTS: "log" },
    /TRUSTED_DOCUMENTS needs TRUSTED_DOCUMENTS_FILE/,
  ],
  [
    "a mode that is none",
    ["--supergraph", "s"],
    { TRUSTED_DOCUMENTS: "on", TRUSTED_DOCUMENTS_FILE: "m" },
    /TRUSTED_DOCUMENTS: /,
  ],
  ["an unknown flag", ["--supergraph", "s", "--sockets"], {}, /Unknown option '--sockets'/],
  [
    "an origin that is a page",
    ["--supergraph", "s"],
    { ALLOWED_ORIGINS: "https://app.example/start" },
    /ALLOWED_ORIGINS: must be origins such as https:\/\/app.example/,
  ],
  ["a log level that is none", ["--supergraph", "s"], { LOG_LEVEL: "loud" }, /LOG_LEVEL: /],
  [
    "an explorer file that is broken",
    ["--supergraph", "s"],
    { EXPLORER_FILE: path.join(folder, "people.json") },
    /EXPLORER_FILE: .*cannot be read/,
  ],
])("%s is told in a sentence that names the setting", async (_what, args, env, sentence) => {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  const flags = args.map((arg) => (arg.endsWith(".graphql") ? path.join(folder, arg) : arg));
  try {
    const start = async () => startGateway(readCommandLine(flags, env) as GatewayConfig, { nameOf: operatorNameOf });
    const error = await start().catch((reason: unknown) => reason);
    expect(error instanceof ConfigurationError || error instanceof InvalidSupergraph).toBe(true);
    expect((error as Error).message).toMatch(sentence);
  } finally {
    process.env["NODE_ENV"] = before;
  }
});
