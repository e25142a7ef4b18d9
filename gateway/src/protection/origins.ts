import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "@psqm/refusal/refusal";

/** A page of a site that may not use this gateway. */
export class OriginNotAllowed extends Refusal {
  constructor(origin: string) {
    super(
      "ORIGIN_NOT_ALLOWED",
      `Pages of ${origin} may not connect here. Whoever runs this gateway can allow them (ALLOWED_ORIGINS).`,
    );
  }
}

/** Which sites' pages may use the gateway. Programs that are no browsers name no origin, and are none of its business. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param allowed origins such as `https://app.example`, or `*`
   * @param publicUrl under which this gateway is known; its own pages may
   */
  constructor(allowed: readonly string[], publicUrl: string | undefined) {
    this.#allowed = new Set([...allowed, ...(publicUrl ? [new URL(publicUrl).origin] : [])]);
  }

  /** Whether a page of this gateway asks, or no page at all. */
  isOwn({ origin, host }: IncomingHttpHeaders): boolean {
    return origin === undefined || URL.parse(origin)?.host === host;
  }

  allow(headers: IncomingHttpHeaders): boolean {
    return this.isOwn(headers) || this.#allowed.has("*") || this.#allowed.has(String(headers.origin));
  }

  /** @throws OriginNotAllowed */
  refuseForeign(headers: IncomingHttpHeaders): void {
    if (!this.allow(headers)) throw new OriginNotAllowed(String(headers.origin));
  }
}
