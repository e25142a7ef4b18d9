import { createHash } from "node:crypto";
import { Refusal } from "@psqm/refusal/refusal";
import ipaddr from "ipaddr.js";
import type { Logger } from "pino";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from "rate-limiter-flexible";
import type { Budget } from "../configuration.ts";
import type { Caller } from "../identity/caller.ts";
import { BUDGET_TABLE, BudgetStore } from "./budget-store.ts";

/** A caller has no more to spend just now. */
export class BudgetExhausted extends Refusal {
  /** Until the budget is full again. */
  readonly retryAfterSeconds: number;

  constructor(details: { requested: number; available: number; budget: number; retryAfterSeconds: number }) {
    const { requested, available, budget, retryAfterSeconds } = details;
    super(
      "BUDGET_EXHAUSTED",
      `This operation may cost ${requested}, and ${available} of your budget of ${budget} are left. ` +
        `Ask for less, or try again in ${retryAfterSeconds} seconds.`,
      details,
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What somebody paid from a budget, which may be corrected while that budget lasts. */
export class Payment {
  readonly #limiter: RateLimiterAbstract;
  readonly #key: string;
  readonly #available: number;
  readonly #refilledAt: number;

  constructor(limiter: RateLimiterAbstract, key: string, { remainingPoints, msBeforeNext }: RateLimiterRes) {
    this.#limiter = limiter;
    this.#key = key;
    this.#available = remainingPoints;
    this.#refilledAt = Date.now() + msBeforeNext;
  }

  /**
   * Gives back what was not needed, or takes what was; without waiting for it.
   * @returns what is left then
   */
  correct(tooMuch: number): number {
    // A budget that was refilled since does not get back what another one paid.
    if (tooMuch > 0 && Date.now() < this.#refilledAt) void this.#limiter.reward(this.#key, tooMuch);
    if (tooMuch < 0) void this.#limiter.penalty(this.#key, -tooMuch);
    return Math.max(0, this.#available + tooMuch);
  }
}

type Kind = "viewer" | "key" | "address";

/**
 * What callers may spend on operations: each viewer, each API key, and each address from which nobody signed in. A budget
 * is full again some time after the first payment from it. Replicas share budgets through a database; without one, and
 * while it does not answer, each process keeps its own.
 */
export class Budgets {
  readonly #limiters: Partial<Record<Kind, RateLimiterAbstract>>;
  readonly #store: BudgetStore | null;

  constructor({ perViewer, perKey, perAddress, seconds, storeUrl }: Budget, log: Logger) {
    const store = storeUrl ? new BudgetStore(storeUrl, log) : null;
    this.#store = store;
    const limiter = (keyPrefix: Kind, points: number): RateLimiterAbstract => {
      const memory = new RateLimiterMemory({ keyPrefix, points, duration: seconds });
      if (!store) return memory;
      return new RateLimiterPostgres({
        keyPrefix,
        points,
        duration: seconds,
        storeClient: store,
        storeType: "client",
        tableName: BUDGET_TABLE,
        tableCreated: true,
        insuranceLimiter: memory,
      });
    };
    this.#limiters = {
      ...(perViewer && { viewer: limiter("viewer", perViewer) }),
      ...(perKey && { key: limiter("key", perKey) }),
      ...(perAddress && { address: limiter("address", perAddress) }),
    };
  }

  /**
   * @param points whole
   * @returns null when this caller has no budget, and may spend what it likes
   * @throws BudgetExhausted, and nothing is paid
   */
  async pay(caller: Caller, address: string, points: number): Promise<Payment | null> {
    const [kind, name] = payerOf(caller, address);
    const limiter = this.#limiters[kind];
    if (!limiter) return null;
    // Hashed: names may be long, and need not be known to whoever reads the store.
    const key = createHash("sha256").update(name).digest("base64url");
    try {
      return new Payment(limiter, key, await limiter.consume(key, points));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      await limiter.reward(key, points);
      throw new BudgetExhausted({
        requested: points,
        available: Math.max(0, limiter.points - (refused.consumedPoints - points)),
        budget: limiter.points,
        retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
      });
    }
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }
}

function payerOf({ credential, subject }: Caller, address: string): [Kind, string] {
  if (!credential) return ["address", networkOf(address)];
  if (credential.credential === "api-key") return ["key", credential.sha256];
  return ["viewer", subject ?? JSON.stringify([credential.claims.iss, credential.claims.sub])];
}

/** Who has an IPv6 address has 2^64 of them: all count as one. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()
    : parsed.toString();
}
