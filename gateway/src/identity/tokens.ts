import { Refusal } from "@psqm/refusal/refusal";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { IdentityConfig } from "../configuration.ts";
import type { TokenClaims } from "./caller.ts";

export class TokenMalformed extends Refusal {
  constructor(what: string) {
    super("TOKEN_MALFORMED", `The authorization header ${what}. Send "Bearer " and the token exactly as you got it.`);
  }
}

export class TokenForeign extends Refusal {
  constructor(what: string) {
    super(
      "TOKEN_FOREIGN",
      `This token was not made for this graph: ${what}. Sign in at an issuer that this graph trusts.`,
    );
  }
}

export class TokenExpired extends Refusal {
  constructor() {
    super("TOKEN_EXPIRED", "This token has expired. Sign in again and send the new one.");
  }
}

/** Not the caller's fault: the issuer that could tell whether the token is good does not answer. */
export class IssuerUnreachable extends Refusal {
  constructor(issuer: string) {
    super(
      "ISSUER_UNREACHABLE",
      `The token's issuer ${issuer} does not answer, so it cannot be checked. Try again shortly.`,
    );
  }
}

export interface VerifiedToken {
  claims: TokenClaims;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

// Asymmetric signatures only: with a shared secret every party that can check a token could make one.
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const CLOCK_TOLERANCE_SECONDS = 5;
const FETCH_TIMEOUT_MS = 5_000;
const VERIFIED_KEPT = 10_000;
const VERIFIED_FOR_MS = 30_000;

const claimsOfToken = z.object({
  iss: z.string(),
  sub: z.string(),
  exp: z.number(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
});

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Checks bearer tokens against the issuers that the configuration trusts, and remembers a good one for half a minute. */
export class TokenVerifier {
  readonly #keys = new Map<string, JWTVerifyGetKey>();
  readonly #audience: string;
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: VERIFIED_KEPT, ttl: VERIFIED_FOR_MS });

  constructor({ issuers, audience }: Pick<IdentityConfig, "issuers" | "audience">) {
    this.#audience = audience;
    for (const { issuer, jwksUri } of issuers) this.trust(issuer, keysAt(issuer, jwksUri));
  }

  /** Adds an issuer whose keys are known here. */
  trust(issuer: string, keys: JWTVerifyGetKey): void {
    this.#keys.set(issuer, keys);
  }

  /** @throws TokenMalformed, TokenForeign, TokenExpired or IssuerUnreachable */
  async verify(authorization: string): Promise<VerifiedToken> {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization.trim())?.[1];
    if (!token) throw new TokenMalformed("does not hold a bearer token");
    const remembered = this.#verified.get(token);
    if (remembered && remembered.expiresAt > Date.now()) return remembered;
    const verified = await this.#check(token);
    this.#verified.set(token, verified);
    return verified;
  }

  async #check(token: string): Promise<VerifiedToken> {
    const issuer = issuerOf(token);
    const keys = this.#keys.get(issuer);
    if (!keys) throw new TokenForeign(`its issuer ${issuer} is not trusted here`);
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience: this.#audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const { exp, ...claims } = claimsOfToken.parse(payload);
      return { claims, expiresAt: exp * 1000 };
    } catch (error) {
      throw refusalOf(error, issuer);
    }
  }
}

function issuerOf(token: string): string {
  try {
    decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    if (typeof iss === "string") return iss;
  } catch {
    throw new TokenMalformed("holds something that is not a JSON web token");
  }
  throw new TokenMalformed("holds a token that names no issuer");
}

function refusalOf(error: unknown, issuer: string): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.JWTExpired) return new TokenExpired();
  if (error instanceof errors.JWTClaimValidationFailed)
    return new TokenForeign(`its claim "${error.claim}" does not fit`);
  if (error instanceof z.ZodError)
    return new TokenMalformed(`holds a token without a proper "${error.issues[0]?.path.join(".")}"`);
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) return new IssuerUnreachable(issuer);
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return new TokenMalformed("holds a broken token");
  return new TokenForeign("none of its issuer's keys fits its signature");
}

/** The issuer's keys, found at the first token and refreshed when an unknown key turns up. */
function keysAt(issuer: string, jwksUri: string | undefined): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    keys ??= (jwksUri ? Promise.resolve(jwksUri) : discover(issuer)).then((uri) =>
      createRemoteJWKSet(new URL(uri), { timeoutDuration: FETCH_TIMEOUT_MS }),
    );
    // A failed discovery is not remembered: the issuer may be back at the next token.
    keys.catch(() => {
      keys = undefined;
    });
    return (await keys)(header, token);
  };
}

async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch(() => null);
  const found = response?.ok ? discoveryDocument.safeParse(await response.json().catch(() => null)) : null;
  if (!found?.success || found.data.issuer !== issuer) throw new IssuerUnreachable(issuer);
  return found.data.jwks_uri;
}
