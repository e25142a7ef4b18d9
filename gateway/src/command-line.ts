import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Budget, ConfigurationError, type GatewayConfig, type Limits, type Resilience } from "./configuration.ts";

export const usage = `Usage: npm run gateway -- --supergraph FILE [--port N] [--host ADDRESS] [--workers N]
                       [--partner-supergraph FILE] [--help]

Serves the federated graph that FILE describes at /graphql, over HTTP and WebSocket, with an explorer at /.
Flags win over environment variables; docs/gateway.md lists both.`;

const flags = {
  supergraph: { type: "string" },
  port: { type: "string" },
  host: { type: "string" },
  workers: { type: "string" },
  "partner-supergraph": { type: "string" },
  help: { type: "boolean" },
} as const;

/** Settings as the operator knows them: the flag, if there is one, and the environment variable. */
const operatorNames: Record<string, string> = {
  supergraph: "--supergraph or SUPERGRAPH_FILE",
  "supergraph.file": "--supergraph or SUPERGRAPH_FILE",
  port: "--port or PORT",
  host: "--host or HOST",
  publicUrl: "PUBLIC_URL",
  signingSecret: "SIGNING_SECRET",
  "identity.audience": "OIDC_AUDIENCE",
  "identity.viewerUrl": "VIEWER_URL",
  "identity.viewerAudience": "VIEWER_AUDIENCE",
  demoIssuer: "DEMO_ISSUER_SECRET",
  "demoIssuer.secret": "DEMO_ISSUER_SECRET",
  partner: "--partner-supergraph or PARTNER_SUPERGRAPH_FILE",
  "metrics.port": "METRICS_PORT",
  "metrics.host": "METRICS_HOST",
  "metrics.path": "METRICS_PATH",
  propagateHeaders: "PROPAGATE_HEADERS",
  liveSubscriptions: "LIVE_SUBSCRIPTIONS",
  subgraphTimeoutMs: "SUBGRAPH_TIMEOUT_MS",
  drainMs: "DRAIN_MS",
  "deduplication.requests": "DEDUPLICATE_REQUESTS",
  "deduplication.calls": "DEDUPLICATE_CALLS",
  introspection: "INTROSPECTION",
  "cost.assumedListSize": "COST_ASSUMED_LIST_SIZE",
  "budget.storeUrl": "BUDGET_STORE_URL",
  trustedProxies: "TRUSTED_PROXIES",
  "trustedDocuments.file": "TRUSTED_DOCUMENTS_FILE",
  "trustedDocuments.mode": "TRUSTED_DOCUMENTS",
  persistedQueries: "PERSISTED_QUERIES",
  allowedOrigins: "ALLOWED_ORIGINS",
  socketMutations: "SOCKET_MUTATIONS",
  logLevel: "LOG_LEVEL",
};

const limitVariables: Record<string, keyof Limits> = {
  LIMIT_BODY_BYTES: "bodyBytes",
  LIMIT_TOKENS: "tokens",
  LIMIT_DEPTH: "depth",
  LIMIT_ALIASES: "aliases",
  LIMIT_ROOT_FIELDS: "rootFields",
  LIMIT_DIRECTIVES: "directives",
  LIMIT_SELECTIONS: "selections",
  LIMIT_COST: "cost",
  LIMIT_LIST_ITEMS: "listItems",
  LIMIT_VARIABLE_DEPTH: "variableDepth",
  LIMIT_SUBSCRIPTIONS_PER_SOCKET: "subscriptionsPerSocket",
  LIMIT_WAITING_EVENTS: "waitingEvents",
  LIMIT_OPERATIONS_IN_FLIGHT: "operationsInFlight",
};

const resilienceVariables: Record<string, keyof Resilience> = {
  SUBGRAPH_ANSWER_BYTES: "answerBytes",
  SUBGRAPH_RETRIES: "retries",
  SUBGRAPH_RETRY_BUDGET_PERCENT: "retryBudgetPercent",
  BREAKER_CALLS: "breakerCalls",
  BREAKER_FAILURE_PERCENT: "breakerFailurePercent",
  BREAKER_OPEN_MS: "breakerOpenMs",
};

const budgetVariables: Record<string, Exclude<keyof Budget, "storeUrl">> = {
  BUDGET_PER_VIEWER: "perViewer",
  BUDGET_PER_KEY: "perKey",
  BUDGET_PER_ADDRESS: "perAddress",
  BUDGET_SECONDS: "seconds",
};

const numberVariables: Record<string, string> = Object.fromEntries([
  ...Object.entries(budgetVariables).map(([variable, name]) => [`budget.${name}`, variable]),
  ...Object.entries(limitVariables).map(([variable, name]) => [`limits.${name}`, variable]),
  ...Object.entries(resilienceVariables).map(([variable, name]) => [`resilience.${name}`, variable]),
]);

export function operatorNameOf(path: string): string {
  if (path.startsWith("subgraphUrls.")) return `SUBGRAPH_URL_${path.slice("subgraphUrls.".length)}`;
  if (path.startsWith("passages")) return "PASSAGES";
  if (path.startsWith("identity.issuers")) return "OIDC_ISSUERS";
  if (path.startsWith("explorer")) return "EXPLORER_FILE";
  return numberVariables[path] ?? operatorNames[path] ?? path;
}

/**
 * Reads flags and environment into a configuration.
 *
 * @returns "help" when the operator asked for it
 * @throws ConfigurationError with a sentence that names the flag or variable
 */
export function readCommandLine(args: string[], env: NodeJS.ProcessEnv): GatewayConfig | "help" {
  const given = parseFlags(args);
  if (given.help) return "help";
  refuseUnknownVariables(env);
  const file = given.supergraph ?? env["SUPERGRAPH_FILE"];
  if (!file)
    throw new ConfigurationError(`Say which supergraph to serve: --supergraph FILE or SUPERGRAPH_FILE.\n\n${usage}`);
  const partnerFile = given["partner-supergraph"] ?? env["PARTNER_SUPERGRAPH_FILE"];
  return withoutAbsent({
    supergraph: { file },
    port: number(given.port ?? env["PORT"], "--port or PORT"),
    host: given.host ?? env["HOST"],
    publicUrl: env["PUBLIC_URL"],
    subgraphUrls: subgraphUrls(env),
    passages: passages(env),
    signingSecret: env["SIGNING_SECRET"],
    identity: identity(env),
    demoIssuer: env["DEMO_ISSUER_SECRET"] ? { secret: env["DEMO_ISSUER_SECRET"] } : undefined,
    partner: partnerFile ? { supergraph: { file: partnerFile } } : undefined,
    metrics: metrics(env),
    propagateHeaders: list(env["PROPAGATE_HEADERS"]),
    liveSubscriptions: list(env["LIVE_SUBSCRIPTIONS"]),
    subgraphTimeoutMs: number(env["SUBGRAPH_TIMEOUT_MS"], "SUBGRAPH_TIMEOUT_MS"),
    drainMs: number(env["DRAIN_MS"], "DRAIN_MS"),
    resilience: numbers(env, resilienceVariables),
    deduplication: withoutAbsent({
      requests: yesOrNo(env["DEDUPLICATE_REQUESTS"], "DEDUPLICATE_REQUESTS"),
      calls: yesOrNo(env["DEDUPLICATE_CALLS"], "DEDUPLICATE_CALLS"),
    }),
    limits: numbers(env, limitVariables),
    cost: withoutAbsent({
      assumedListSize: number(env["COST_ASSUMED_LIST_SIZE"], "COST_ASSUMED_LIST_SIZE"),
      shown: yesOrNo(env["COST_SHOWN"], "COST_SHOWN"),
    }),
    budget: budget(env),
    trustedDocuments: trustedDocuments(env),
    persistedQueries: yesOrNo(env["PERSISTED_QUERIES"], "PERSISTED_QUERIES"),
    trustedProxies: list(env["TRUSTED_PROXIES"]),
    explorer: explorer(env),
    introspection: yesOrNo(env["INTROSPECTION"], "INTROSPECTION"),
    allowedOrigins: list(env["ALLOWED_ORIGINS"]),
    socketMutations: yesOrNo(env["SOCKET_MUTATIONS"], "SOCKET_MUTATIONS"),
    logLevel: env["LOG_LEVEL"] as GatewayConfig["logLevel"],
  });
}

// More would only wait for each other: the machines with more cores run several gateways.
const MOST_WORKERS = 64;

/**
 * Into how many processes the gateway is to be divided.
 * @throws ConfigurationError
 */
export function readWorkers(args: string[], env: NodeJS.ProcessEnv): number {
  const workers = number(parseFlags(args).workers ?? env["WORKERS"], "--workers or WORKERS") ?? 1;
  if (workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new ConfigurationError(`--workers or WORKERS must be from 1 to ${MOST_WORKERS}, not ${workers}.`);
}

/** Families of variables that are nobody else's: one of them that is no setting is a setting misspelt. */
const families: Record<string, readonly string[]> = {
  LIMIT_: Object.keys(limitVariables),
  BREAKER_: Object.keys(resilienceVariables),
  SUBGRAPH_: [...Object.keys(resilienceVariables), "SUBGRAPH_TIMEOUT_MS", "SUBGRAPH_URL_<NAME>"],
  BUDGET_: [...Object.keys(budgetVariables), "BUDGET_STORE_URL"],
  COST_: ["COST_ASSUMED_LIST_SIZE", "COST_SHOWN"],
  OIDC_: ["OIDC_ISSUERS", "OIDC_AUDIENCE"],
  SOCKET_: ["SOCKET_MUTATIONS"],
  ALLOWED_: ["ALLOWED_ORIGINS"],
  TRUSTED_: ["TRUSTED_PROXIES", "TRUSTED_DOCUMENTS", "TRUSTED_DOCUMENTS_FILE"],
  PERSISTED_: ["PERSISTED_QUERIES"],
};

function refuseUnknownVariables(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    const family = Object.keys(families).find((prefix) => name.startsWith(prefix));
    if (!family || families[family]?.includes(name) || name.startsWith("SUBGRAPH_URL_")) continue;
    const known = families[family]?.filter((each) => each.startsWith(family)).join(", ");
    throw new ConfigurationError(`There is no setting ${name}. Those that begin with ${family} are ${known}.`);
  }
}

function parseFlags(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: false }).values;
  } catch (error) {
    // parseArgs names the flag in its first sentence; what follows is advice about positionals that does not apply.
    const [sentence] = (error as Error).message.split(". ");
    throw new ConfigurationError(`${sentence}.\n\n${usage}`);
  }
}

function identity(env: NodeJS.ProcessEnv): GatewayConfig["identity"] {
  const issuers = list(env["OIDC_ISSUERS"])?.map((issuer) => ({ issuer }));
  const viewerUrl = env["VIEWER_URL"];
  if (!issuers && !viewerUrl && !env["DEMO_ISSUER_SECRET"]) return undefined;
  return withoutAbsent({
    issuers,
    viewerUrl,
    audience: env["OIDC_AUDIENCE"],
    viewerAudience: env["VIEWER_AUDIENCE"],
  });
}

function metrics(env: NodeJS.ProcessEnv): GatewayConfig["metrics"] {
  const [port, path] = [number(env["METRICS_PORT"], "METRICS_PORT"), env["METRICS_PATH"]];
  if (port === undefined && !path) return undefined;
  return withoutAbsent({ port, path, host: env["METRICS_HOST"] });
}

function budget(env: NodeJS.ProcessEnv): GatewayConfig["budget"] {
  const settings = {
    ...numbers(env, budgetVariables),
    ...(env["BUDGET_STORE_URL"] && { storeUrl: env["BUDGET_STORE_URL"] }),
  };
  return Object.keys(settings).length > 0 ? settings : undefined;
}

function trustedDocuments(env: NodeJS.ProcessEnv): GatewayConfig["trustedDocuments"] {
  const { TRUSTED_DOCUMENTS_FILE: file, TRUSTED_DOCUMENTS: mode } = env;
  if (mode && !file) throw new ConfigurationError("TRUSTED_DOCUMENTS needs TRUSTED_DOCUMENTS_FILE: the manifest.");
  if (!file) return undefined;
  type Mode = NonNullable<GatewayConfig["trustedDocuments"]>["mode"];
  return { file, ...(mode && { mode: mode as Mode }) };
}

function subgraphUrls(env: NodeJS.ProcessEnv): Record<string, string> {
  const prefix = "SUBGRAPH_URL_";
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, url]) =>
      name.startsWith(prefix) && url ? [[name.slice(prefix.length), url]] : [],
    ),
  );
}

function passages(env: NodeJS.ProcessEnv): GatewayConfig["passages"] {
  const entries = list(env["PASSAGES"])?.map((item) => {
    const [, path, subgraph, putBytes] = /^([^=]+)=([^:]+)(?::(\d+))?$/.exec(item) ?? [];
    if (!path || !subgraph) {
      throw new ConfigurationError(
        `PASSAGES must be like "/files/=products", or "/files/=products:1000000" to let bodies of so many bytes be put, not "${item}".`,
      );
    }
    return [path, putBytes ? { subgraph, putBytes: Number(putBytes) } : subgraph] as const;
  });
  return entries && Object.fromEntries(entries);
}

function numbers<Name extends string>(env: NodeJS.ProcessEnv, variables: Record<string, Name>) {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([variable, name]) => {
      const value = number(env[variable], variable);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as Partial<Record<Name, number>>;
}

function explorer(env: NodeJS.ProcessEnv): GatewayConfig["explorer"] {
  const file = env["EXPLORER_FILE"];
  if (!file) return undefined;
  if (file === "off") return false;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigurationError(`EXPLORER_FILE: ${file} cannot be read as JSON: ${(error as Error).message}.`);
  }
}

function number(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d+$/.test(text)) throw new ConfigurationError(`${name} must be a whole number, not "${text}".`);
  return Number(text);
}

function yesOrNo(text: string | undefined, name: string): boolean | undefined {
  if (text === undefined || text === "") return undefined;
  if (text === "on") return true;
  if (text === "off") return false;
  throw new ConfigurationError(`${name} must be "on" or "off", not "${text}".`);
}

function list(text: string | undefined): string[] | undefined {
  const items = text
    ?.split(",")
    .map((item) => item.trim())
    .filter(Boolean);
  return items?.length ? items : undefined;
}

function withoutAbsent<T extends object>(settings: T): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
}
