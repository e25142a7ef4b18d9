import proxyAddr from "@fastify/proxy-addr";
import { z } from "zod";

/** Where a supergraph comes from: a file, which is watched, or its text, which stays. */
const supergraphSource = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ sdl: z.string().min(1) }),
]);

const exampleOperation = z.strictObject({
  name: z.string(),
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).optional(),
});

const demoPerson = z.strictObject({
  email: z.string(),
  name: z.string(),
  role: z.string(),
  examples: z.array(exampleOperation).default([]),
});

// Stores of budgets count in 32 bits, and add one operation to what is spent before they refuse it.
const MOST_POINTS = 1_000_000_000;

const limits = z.strictObject({
  /** Bytes of a request's body, and of one frame on a socket. */
  bodyBytes: z.int().positive().default(524_288),
  tokens: z.int().positive().default(4_000),
  depth: z.int().positive().default(20),
  aliases: z.int().positive().default(60),
  rootFields: z.int().positive().default(30),
  directives: z.int().positive().default(60),
  /** Selections after every fragment has been written out where it is spread. */
  selections: z.int().positive().default(1_000),
  /** What an operation may cost at most, by its estimate. */
  cost: z.int().positive().max(MOST_POINTS).default(200_000),
  /** Items of one list, the sizes of the lists that it is in multiplied. */
  listItems: z.int().positive().default(100_000),
  /** Levels of objects and lists in variables. */
  variableDepth: z.int().positive().max(1_000).default(50),
  subscriptionsPerSocket: z.int().positive().default(50),
  /** Operations under way at a time, of all clients together. */
  operationsInFlight: z.int().positive().default(1_000),
  /** Events that may wait for one subscriber before it is cut off. */
  waitingEvents: z.int().positive().default(1_000),
});

const cost = z.strictObject({
  /** How long a list is thought to be of which the schema says nothing. */
  assumedListSize: z.int().positive().default(10),
  /** Whether answers tell their cost in `extensions.cost`. */
  shown: z.boolean().default(false),
});

const points = z.int().positive().max(MOST_POINTS).optional();
const budget = z.strictObject({
  perViewer: points,
  perKey: points,
  /** For those who did not sign in. */
  perAddress: points,
  /** After so many a budget is full again. */
  seconds: z.int().positive().default(60),
  /** A PostgreSQL database in which replicas share budgets; without it each process keeps its own. */
  storeUrl: z
    .url({ protocol: /^postgres(ql)?$/, error: "must be like postgres://user:password@host/database" })
    .optional(),
});

const trustedDocuments = z.strictObject({
  /** Apollo's manifest of persisted queries, or Relay's map; read again when it changes. */
  file: z.string().min(1),
  /** Texts that are not in it are refused, or told in the log, or neither. Ids are known in each case. */
  mode: z.enum(["enforce", "log", "off"]).default("enforce"),
});

/** How calls to one subgraph are kept from harming it, the gateway and everybody else. */
const resilience = z.strictObject({
  /** Bytes of one answer of a subgraph. */
  answerBytes: z.int().positive().default(33_554_432),
  /** How often a query that failed in passing is sent again. */
  retries: z.int().min(0).max(5).default(2),
  /** Repeated calls as a share of all. */
  retryBudgetPercent: z.int().min(0).max(100).default(10),
  /** Calls within ten seconds before the breaker judges. */
  breakerCalls: z.int().positive().default(20),
  breakerFailurePercent: z.int().min(1).max(100).default(50),
  /** How long nothing is sent to a subgraph of which too many calls failed. */
  breakerOpenMs: z.int().positive().default(5_000),
});

/**
 * What is done once for all who want the same at the same time: same question, same viewer, same headers passed on. Off,
 * because a subgraph may count on being asked each time.
 */
const deduplication = z.strictObject({
  /** Queries of clients. */
  requests: z.boolean().default(false),
  /** Queries to subgraphs, of whatever operations. */
  calls: z.boolean().default(false),
});

const identity = z.strictObject({
  issuers: z
    .array(
      z.strictObject({
        issuer: z.url(),
        /** Found by OpenID Connect discovery when not given. */
        jwksUri: z.url().optional(),
      }),
    )
    .default([]),
  /** What a token's `aud` must name. */
  audience: z.string().min(1).default("psqm-graph"),
  /** Resolves a credential to a viewer. Without it the viewer is the token's own claims. */
  viewerUrl: z.url().optional(),
  /** The audience under which calls to viewerUrl are signed: the name of the service that answers there. */
  viewerAudience: z.string().min(1).default("people"),
  viewerCacheSeconds: z.number().min(0).max(30).default(30),
});

const metrics = z.strictObject({
  /** A port of their own; 0 takes any free one. Without it they are served by the gateway itself, to everybody. */
  port: z.int().min(0).max(65_535).optional(),
  host: z.string().min(1).default("127.0.0.1"),
  path: z
    .string()
    .regex(/^\/[a-z0-9/-]+$/, "must be a path such as /metrics")
    .default("/metrics"),
});

const demoIssuer = z.strictObject({
  /** Tokens are signed with a key derived from it, so that they outlive a restart and work at every replica. */
  secret: z.string().min(32, "must have at least 32 characters"),
});

const explorer = z.strictObject({
  title: z.string().default("Graph explorer"),
  people: z.array(demoPerson).default([]),
  /** Examples for somebody who has not signed in. */
  examples: z.array(exampleOperation).default([]),
});

export const gatewayConfig = z
  .strictObject({
    supergraph: supergraphSource,
    host: z.string().min(1).default("127.0.0.1"),
    /** 0 takes any free port. */
    port: z.int().min(0).max(65_535).default(4000),
    /** The address under which clients know this gateway; the demonstration issuer's name. */
    publicUrl: z.url().optional(),
    /** Addresses that replace those in the supergraph, by subgraph name. */
    subgraphUrls: z.record(z.string(), z.url()).default({}),
    /**
     * Paths that are not the graph's, by the subgraph whose service answers GET requests under them, and PUT requests with
     * a body of at most `putBytes` where that is given. Anybody may ask: what answers must know from the request itself
     * what it may do.
     */
    passages: z
      .record(
        z.string(),
        z.union([
          z.string().min(1),
          z.strictObject({ subgraph: z.string().min(1), putBytes: z.int().positive().optional() }),
        ]),
      )
      .default({}),
    /** Without it, calls to subgraphs are not signed. */
    signingSecret: z.string().min(32, "must have at least 32 characters").optional(),
    identity: identity.optional(),
    demoIssuer: demoIssuer.optional(),
    /** Prometheus' metrics; without it there are none to see. */
    metrics: metrics.optional(),
    partner: z
      .strictObject({ path: z.string().startsWith("/").default("/partner/graphql"), supergraph: supergraphSource })
      .optional(),
    /** The viewer of a call without a credential; opaque to the gateway. */
    anonymousViewer: z.unknown().optional(),
    /** Request headers that are passed on to the subgraphs as they came. */
    propagateHeaders: z.array(z.string().toLowerCase()).default([]),
    /** Subscription fields, or `*`, whose events do not depend on when one subscribed: late subscribers share them too. */
    liveSubscriptions: z.array(z.string().min(1)).default([]),
    subgraphTimeoutMs: z.int().positive().default(10_000),
    resilience: resilience.prefault({}),
    deduplication: deduplication.prefault({}),
    /** How long open requests may take to finish when the gateway is told to stop. */
    drainMs: z.int().min(0).default(10_000),
    limits: limits.prefault({}),
    cost: cost.prefault({}),
    /** What callers may spend over time; without it as much as they like. */
    budget: budget.optional(),
    /** The operations that clients were built with; partners write their own. */
    trustedDocuments: trustedDocuments.optional(),
    /** Whether clients may send a text once, and then its hash alone. */
    persistedQueries: z.boolean().default(false),
    /** Addresses of proxies whose `x-forwarded-for` is believed, or networks such as 10.0.0.0/8. */
    trustedProxies: z.array(z.string().min(1)).default([]),
    explorer: z.union([explorer, z.literal(false)]).prefault({}),
    /** Whether clients may ask for the schema, and are told what they may have meant. */
    introspection: z.boolean().default(true),
    /** Origins such as `https://app.example` whose pages may use the gateway beside its own, or `*`. */
    allowedOrigins: z.array(z.string().min(1)).default([]),
    /** Whether mutations may come over sockets. */
    socketMutations: z.boolean().default(true),
    logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  })
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    for (const path of Object.keys(config.passages)) {
      if (!/^\/([a-z0-9-]+\/)+$/.test(path)) refuse("passages", `must be paths such as /files/, not "${path}"`);
    }
    if (config.identity?.viewerUrl && !config.signingSecret) {
      refuse("signingSecret", "is needed, because identity.viewerUrl answers only signed calls");
    }
    if (config.partner && !config.identity?.viewerUrl) {
      refuse("partner", "needs identity.viewerUrl, which knows whose API key it is");
    }
    for (const name of ["perViewer", "perKey", "perAddress"] as const) {
      const points = config.budget?.[name];
      if (points !== undefined && points < config.limits.cost) {
        const message = `must be at least limits.cost (${config.limits.cost}), or what it lets through could never be paid`;
        context.addIssue({ code: "custom", path: ["budget", name], message });
      }
    }
    for (const origin of config.allowedOrigins) {
      if (origin === "*" || URL.parse(origin)?.origin === origin) continue;
      refuse("allowedOrigins", `must be origins such as https://app.example, or *, not "${origin}"`);
    }
    try {
      proxyAddr.compile(config.trustedProxies);
    } catch (error) {
      const why = (error as Error).message;
      refuse("trustedProxies", `must be addresses or networks such as 10.0.0.0/8 (${why})`);
    }
    if (config.demoIssuer && process.env["NODE_ENV"] === "production") {
      refuse("demoIssuer", "gives a token to anybody who asks and is refused when NODE_ENV is production; remove it");
    }
  });

/** What a caller of `startGateway` writes; everything with a default may be left out. */
export type GatewayConfig = z.input<typeof gatewayConfig>;
export type ResolvedConfig = z.output<typeof gatewayConfig>;
export type SupergraphSource = z.output<typeof supergraphSource>;
export type IdentityConfig = z.output<typeof identity>;
export type ExplorerConfig = z.output<typeof explorer>;
export type Resilience = z.output<typeof resilience>;
export type MetricsConfig = z.output<typeof metrics>;
export type Budget = z.output<typeof budget>;
export type TrustedDocumentsConfig = z.output<typeof trustedDocuments>;
export type Limits = z.output<typeof limits>;

/** A setting that is wrong; its message names the setting and says what it should be. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
}

/**
 * Fills in defaults and checks everything that can be checked without touching the world.
 *
 * @param nameOf turns a setting's path (`limits.depth`) into the name under which the operator knows it
 * @throws ConfigurationError naming every wrong setting, one sentence each
 */
export function resolveConfig(
  config: GatewayConfig,
  nameOf: (path: string) => string = (path) => path,
): ResolvedConfig {
  const result = gatewayConfig.safeParse(config);
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue) => {
    const path = issue.path.map(String).join(".");
    return path ? `${nameOf(path)}: ${issue.message}.` : `${issue.message}.`;
  });
  throw new ConfigurationError(sentences.join("\n"));
}
