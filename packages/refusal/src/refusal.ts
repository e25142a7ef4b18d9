/**
 * A "no" that the caller can act on. Its `code` is stable and reaches clients as `extensions.code`;
 * its `details` join the extensions. Anything thrown that is not a Refusal is a fault: masked and logged.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** Missing and forbidden look alike on purpose: the answer must not tell which ids exist. */
export class NotFound extends Refusal {
  constructor(kind: string, id: string) {
    super("NOT_FOUND", `There is no ${kind} ${id} that you may see.`);
  }
}

export class Unauthenticated extends Refusal {
  constructor(message = "Sign in first: send a bearer token in the authorization header.") {
    super("UNAUTHENTICATED", message);
  }
}

export class Forbidden extends Refusal {
  constructor(what: string, who: string) {
    super("FORBIDDEN", `${what} is for ${who}.`);
  }
}

export class BadInput extends Refusal {
  constructor(message: string, details?: Record<string, unknown>) {
    super("BAD_USER_INPUT", message, details);
  }
}

/** Nothing is lost: the refused writer gets the current document back in `extensions.current`. */
export class StaleVersion extends Refusal {
  constructor(expected: number, current: { version: number } & Record<string, unknown>) {
    super(
      "STALE_VERSION",
      `Your change was made to version ${expected}, but version ${current.version} is current. Merge with it and send version ${current.version}.`,
      { current },
    );
  }
}

export class IllegalTransition extends Refusal {
  constructor(kind: string, from: string, to: string, allowed: readonly string[]) {
    const next =
      allowed.length > 0 ? `From here it can become ${allowed.join(" or ")}.` : "Nothing follows this state.";
    const article = /^[aeiou]/.test(kind) ? "An" : "A";
    super("ILLEGAL_TRANSITION", `${article} ${kind} that is ${from} cannot become ${to}. ${next}`, {
      from,
      to,
      allowed,
    });
  }
}
