import type { Trace } from "@psqm/tracing/trace";
import type { Charge } from "../protection/charge.ts";

/** What somebody showed to say who they are, in the words of the viewer service. */
export type Credential = { credential: "token"; claims: TokenClaims } | { credential: "api-key"; sha256: string };

export interface TokenClaims {
  iss: string;
  sub: string;
  email?: string;
  email_verified?: boolean;
}

/** Who is asking. The viewer is opaque here: it is resolved elsewhere and passed on under signature. */
export interface Caller {
  viewer: unknown;
  /** What the viewer service calls this viewer in its announcements; null when it will never change. */
  subject: string | null;
  /** Null for the anonymous. */
  credential: Credential | null;
  /** When the token expires, in milliseconds since 1970; null when nothing expires. */
  expiresAt: number | null;
}

/** What travels with every call that is made for a request. */
export interface CallContext {
  caller: Caller;
  /** Given by the client or made here; in every log line and every error that hides its cause. */
  correlationId: string;
  /** The headers that the configuration lets through, as they came. */
  propagated: Record<string, string>;
  /** What the operation was charged; absent when nobody has to know what it costs. */
  charge?: Charge | undefined;
  /** The operation's span, where traces are wanted. */
  trace?: Trace | undefined;
}
