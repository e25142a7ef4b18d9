import { setTimeout as pause } from "node:timers/promises";
import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import type { Trace } from "@psqm/tracing/trace";
import type { Logger } from "pino";
import { errors, Pool } from "undici";
import type { Resilience } from "../configuration.ts";
import type { CallContext } from "../identity/caller.ts";
import { CORRELATION_HEADER } from "../identity/correlation.ts";
import type { SubgraphAddress } from "../supergraph/supergraph.ts";
import { Breaker } from "./breaker.ts";
import { CallTimeout, post } from "./post.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { Send, SubgraphAnswer } from "./subgraph-answer.ts";
import { badAnswer, SubgraphFailure, suspended, timedOut, tooLarge, unreachable } from "./subgraph-failure.ts";

export interface SubgraphClientSettings {
  signingSecret?: string | undefined;
  timeoutMs: number;
  resilience: Resilience;
  log: Logger;
}

/** A failure that another attempt may not meet: the connection broke, or a server in between had nobody to ask. */
class Passing extends Error {
  readonly failure: SubgraphFailure;

  constructor(failure: SubgraphFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

const CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 2_000;
const READINESS_TIMEOUT_MS = 2_000;
const PASSING_STATUSES = [502, 503, 504];
// A random time up to this one, doubled with each attempt: those who failed together do not come back together.
const FIRST_PAUSE_MS = 50;

/**
 * Asks one subgraph over a pool of kept-alive connections, signing each call when there is a secret to sign with.
 * Queries are repeated within a budget when they may succeed; while most calls fail none are made.
 */
export class SubgraphClient {
  readonly name: string;
  readonly url: string;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #settings: SubgraphClientSettings;
  readonly #onRepeat: () => void;
  readonly #breaker: Breaker;
  readonly #budget: RetryBudget;

  /** @param onRepeat called whenever a call is sent once more */
  constructor({ name, url }: SubgraphAddress, settings: SubgraphClientSettings, onRepeat: () => void = () => {}) {
    const { origin, pathname, search } = new URL(url);
    this.name = name;
    this.url = url;
    this.#path = pathname + search;
    this.#settings = settings;
    this.#onRepeat = onRepeat;
    const { breakerCalls, breakerFailurePercent, breakerOpenMs, retryBudgetPercent } = settings.resilience;
    this.#breaker = new Breaker({ calls: breakerCalls, failurePercent: breakerFailurePercent, openMs: breakerOpenMs });
    this.#budget = new RetryBudget(retryBudgetPercent);
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      // These begin anew with each piece that arrives; every call has a deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: settings.resilience.answerBytes,
    });
  }

  /**
   * @param body the whole text of the request
   * @param kind only a query is sent again after a failure: a mutation may have been done
   * @param trace the fetch's span; each attempt is one of its own
   * @throws SubgraphFailure when no answer can be had
   */
  async send(
    body: string,
    context: CallContext,
    kind: Parameters<Send>[2],
    trace?: Trace | undefined,
  ): Promise<SubgraphAnswer> {
    const { timeoutMs, resilience } = this.#settings;
    const headers = this.#settings.signingSecret ? await this.#signed(body, context) : headersOf(context);
    // For the whole call, attempts included.
    const deadline = performance.now() + timeoutMs;
    const attempts = kind === "query" ? 1 + resilience.retries : 1;
    this.#budget.earn();
    let last: SubgraphFailure | undefined;
    for (let attempt = 1; ; attempt++) {
      if (!this.#breaker.mayCall()) throw last ?? suspended(this.name);
      try {
        return await this.#attempt(
          body,
          headers,
          deadline,
          trace?.call(`POST ${this.name}`, { "server.address": this.url }),
        );
      } catch (error) {
        last = this.#failureOf(error, context);
        const again = error instanceof Passing && attempt < attempts && this.#budget.spend();
        if (!again) throw last;
      }
      await pause(Math.random() * FIRST_PAUSE_MS * 2 ** (attempt - 1));
      if (performance.now() >= deadline) throw last;
      this.#onRepeat();
    }
  }

  /** Whether nothing is sent to it, because too many calls failed. */
  get isLeftAlone(): boolean {
    return this.#breaker.isOpen;
  }

  /** Whether it answers: its own word where it has a readiness address, otherwise the smallest query. */
  async isReady(context: CallContext): Promise<boolean> {
    const deadline = performance.now() + READINESS_TIMEOUT_MS;
    try {
      const signal = AbortSignal.timeout(READINESS_TIMEOUT_MS);
      const ready = await this.#pool.request({ path: "/health/ready", method: "GET", signal });
      await ready.body.dump();
      if (ready.statusCode === 200) return true;
      if (ready.statusCode !== 404) return false;
      const body = JSON.stringify({ query: "{ __typename }" });
      const headers = await this.#signed(body, context);
      return (await post(this.#pool, { path: this.#path, headers, body, deadline })).status === 200;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** One call, of which the breaker hears how it went. */
  async #attempt(
    body: string,
    untraced: Record<string, string>,
    deadline: number,
    trace: Trace | undefined,
  ): Promise<SubgraphAnswer> {
    const headers = trace ? { ...untraced, ...trace.headers() } : untraced;
    try {
      const { status, text } = await post(this.#pool, { path: this.#path, headers, body, deadline });
      const answer = this.#answerOf(status, text);
      trace?.end();
      this.#breaker.succeeded();
      return answer;
    } catch (error) {
      // Too much of an answer is the fault of the question; the subgraph is well.
      if (error instanceof errors.ResponseExceededMaxSizeError) this.#breaker.succeeded();
      else this.#breaker.failed();
      trace?.end((error as Error).name);
      throw this.#named(error);
    }
  }

  async #signed(body: string, context: CallContext): Promise<Record<string, string>> {
    const { signingSecret } = this.#settings;
    const headers = headersOf(context);
    if (signingSecret) {
      const { viewer } = context.caller;
      headers[VIEWER_HEADER] = await signViewer(signingSecret, { audience: this.name, viewer, body });
    }
    return headers;
  }

  #answerOf(status: number, text: string): SubgraphAnswer {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      const failure = badAnswer(this.name, status === 200 ? "something that is not JSON" : `HTTP status ${status}`);
      throw PASSING_STATUSES.includes(status) ? new Passing(failure) : failure;
    }
    if (!isAnswer(answer)) throw badAnswer(this.name, `HTTP status ${status} with neither data nor errors`);
    answer.plain = !text.includes("\\");
    return answer;
  }

  #named(error: unknown): SubgraphFailure | Passing {
    if (error instanceof SubgraphFailure || error instanceof Passing) return error;
    if (error instanceof errors.ResponseExceededMaxSizeError)
      return tooLarge(this.name, this.#settings.resilience.answerBytes);
    if (error instanceof errors.HTTPParserError) return badAnswer(this.name, "something that is not HTTP");
    if (error instanceof CallTimeout) return timedOut(this.name, this.#settings.timeoutMs);
    return new Passing(Object.assign(unreachable(this.name), { cause: error }));
  }

  #failureOf(error: unknown, context: CallContext): SubgraphFailure {
    if (!(error instanceof SubgraphFailure || error instanceof Passing)) throw error;
    const failure = error instanceof Passing ? error.failure : error;
    this.#settings.log.warn(
      {
        subgraph: this.name,
        url: this.url,
        correlationId: context.correlationId,
        code: failure.extensions["code"],
        err: failure.cause ?? failure,
      },
      "subgraph call failed",
    );
    return failure;
  }
}

function isAnswer(value: unknown): value is SubgraphAnswer {
  return (
    typeof value === "object" &&
    value !== null &&
    (("data" in value && (value.data === null || typeof value.data === "object")) ||
      ("errors" in value && Array.isArray(value.errors)))
  );
}

function headersOf({ propagated, correlationId }: CallContext): Record<string, string> {
  return {
    ...propagated,
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json;q=0.9",
    [CORRELATION_HEADER]: correlationId,
  };
}
