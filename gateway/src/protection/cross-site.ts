import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "@psqm/refusal/refusal";
import type { Origins } from "./origins.ts";

/** Types that a browser sends to another site without asking it first. */
const SIMPLE_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
/** Headers that a browser does not send to another site without asking it first; Apollo's clients send the second. */
const PREFLIGHTED_HEADERS = ["apollo-require-preflight", "x-apollo-operation-name"];

/** A request that a page of another site could have made with its reader's browser. */
export class CrossSiteRequest extends Refusal {
  constructor() {
    super(
      "CROSS_SITE_REQUEST",
      `A page of another site could have sent this request. Send it with a content-type such as application/json, or with the header ${PREFLIGHTED_HEADERS[0]}.`,
    );
  }
}

/**
 * Holds off cross-site request forgery: passes what a browser would have asked for first, what it says comes from this
 * site, and what comes from an origin that is allowed.
 *
 * @throws CrossSiteRequest
 */
export function refuseCrossSite(headers: IncomingHttpHeaders, origins: Origins): void {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type && !SIMPLE_TYPES.includes(type)) return;
  if (PREFLIGHTED_HEADERS.some((name) => headers[name])) return;
  if (headers["sec-fetch-site"] === "same-origin") return;
  if (headers.origin && origins.allow(headers)) return;
  throw new CrossSiteRequest();
}
