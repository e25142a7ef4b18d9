import type { OperationCost, Variables } from "./cost/operation-cost.ts";

/** What `extensions.cost` of an answer tells. */
export interface ToldCost {
  /** What the operation was thought to cost at most. */
  requested: number;
  /** What its answer did cost. */
  actual: number;
  /** What is left of the caller's budget; null when there is none. */
  available: number | null;
}

/** Even what costs nothing is work. */
export const LEAST_PAYMENT = 1;

interface ChargeSettings {
  estimate: number;
  /** Undefined when the operation will not be valid. */
  operation: OperationCost | undefined;
  variables: Variables;
  /** Null when the caller has no budget. */
  payment: { correct(tooMuch: number): number } | null;
  /** @throws BudgetExhausted */
  pay(points: number): Promise<unknown>;
  /** Whether the client is told. */
  isShown: boolean;
}

/** The account of one operation, from its admission to its answer. */
export class Charge {
  readonly #settings: ChargeSettings;

  constructor(settings: ChargeSettings) {
    this.#settings = settings;
  }

  /**
   * Corrects what was paid towards what the answer did cost. To be called once.
   * @param data as it is, or as JSON text
   * @returns what the answer shall tell in `extensions.cost`; undefined when nothing
   */
  settle(data: unknown): ToldCost | undefined {
    const { estimate, payment, isShown } = this.#settings;
    const actual = this.#actual(data);
    const available = payment ? payment.correct(paymentFor(estimate) - paymentFor(actual)) : null;
    return isShown ? { requested: estimate, actual, available } : undefined;
  }

  /**
   * Pays for an event of a subscription.
   * @param response with which it is answered, as JSON text
   * @throws BudgetExhausted
   */
  async payForEvent(response: string): Promise<void> {
    const { payment, pay } = this.#settings;
    if (payment) await pay(paymentFor(this.#actual(JSON.parse(response).data)));
  }

  #actual(data: unknown): number {
    const { operation, variables } = this.#settings;
    return operation?.actual(typeof data === "string" ? JSON.parse(data) : data, variables) ?? 0;
  }
}

/** What a cost is in points of a budget. */
export function paymentFor(cost: number): number {
  return Math.max(LEAST_PAYMENT, Math.ceil(cost));
}
