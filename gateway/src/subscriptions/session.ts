import { isDeepStrictEqual } from "node:util";
import type { Caller } from "../identity/caller.ts";
import type { ViewerDirectory } from "../identity/viewers.ts";

/**
 * Close codes of our own reasons. A client of graphql-ws takes 4401 for final and tries again after 4403, which is what
 * each reason wants: a bad token stays bad, an expired one is replaced, a changed viewer is judged anew.
 */
export const CloseCode = {
  BadCredential: 4401,
  SignInAgain: 4403,
  TryLater: 1013,
  GoingAway: 1001,
  BadMessage: 4400,
} as const;

// The WebSocket protocol leaves 123 bytes for a reason (RFC 6455, section 5.5).
const REASON_BYTES = 123;
// The longest delay that a timer can take.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function closeReason(code: string, sentence: string): string {
  const reason = Buffer.from(`${code}: ${sentence}`);
  return reason.length <= REASON_BYTES ? reason.toString() : code;
}

/** Somebody's presence on one socket: from the acknowledged beginning until the right to be there ends. */
export class Session {
  readonly caller: Caller;
  readonly #close: (code: number, reason: string) => void;
  #closed = false;
  /** One that is under way. */
  #judgement: Promise<void> | null = null;
  #expiry: NodeJS.Timeout | undefined;

  constructor(caller: Caller, close: (code: number, reason: string) => void) {
    this.caller = caller;
    this.#close = close;
    this.#awaitExpiry();
  }

  /** Whether this caller may still be served; while that is being judged, a promise of the judgement. */
  mayGoOn(): boolean | Promise<boolean> {
    if (this.#judgement) return this.#judgement.then(() => this.mayGoOn());
    if (!this.#closed && this.#isExpired()) this.#expire();
    return !this.#closed;
  }

  /** Looks the viewer up again and ends the session if it is another one now. Nothing is sent meanwhile. */
  judgeAgain(viewers: ViewerDirectory): void {
    const { credential, viewer } = this.caller;
    if (!credential || this.#closed) return;
    const before = this.#judgement;
    const judge = async () => {
      await before;
      // When nobody can be asked the session goes on: being asked again follows when the service is back.
      const found = await viewers.find(credential).catch(() => "unknown" as const);
      if (this.#judgement === judgement) this.#judgement = null;
      if (found === "unknown" || (found && isDeepStrictEqual(found.viewer, viewer))) return;
      this.#end(CloseCode.SignInAgain, closeReason("VIEWER_CHANGED", "What you may see has changed. Connect again."));
    };
    const judgement = judge();
    this.#judgement = judgement;
  }

  /** The socket is gone. */
  closed(): void {
    this.#closed = true;
    clearTimeout(this.#expiry);
  }

  #awaitExpiry(): void {
    const { expiresAt } = this.caller;
    if (expiresAt === null) return;
    this.#expiry = setTimeout(
      () => (this.#isExpired() ? this.#expire() : this.#awaitExpiry()),
      Math.min(Math.max(0, expiresAt - Date.now()), LONGEST_TIMER_MS),
    );
    this.#expiry.unref();
  }

  #isExpired(): boolean {
    return this.caller.expiresAt !== null && this.caller.expiresAt <= Date.now();
  }

  #expire(): void {
    this.#end(
      CloseCode.SignInAgain,
      closeReason("TOKEN_EXPIRED", "Your token has expired. Connect again with a new one."),
    );
  }

  #end(code: number, reason: string): void {
    if (this.#closed) return;
    this.closed();
    this.#close(code, reason);
  }
}
