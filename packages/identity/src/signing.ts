import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { Refusal } from "@psqm/refusal/refusal";
import { errors, jwtVerify } from "jose";

/** The HTTP header in which the gateway tells a subgraph, under its signature, who is asking. */
export const VIEWER_HEADER = "psqm-viewer";

/** The graphql-ws payload extension that carries the same signed text as the header does over HTTP. */
export const VIEWER_EXTENSION = "viewer";

const LIFETIME_SECONDS = 60;
// Neighbouring machines disagree about the time by a little; a minute's life leaves room for it.
const CLOCK_TOLERANCE_SECONDS = 5;
const HEADER = Buffer.from('{"alg":"HS256"}').toString("base64url");
// HS256 wants a key as long as its hash (RFC 7518, section 3.2).
const SHORTEST_SECRET_BYTES = 32;

/** A call that nobody we trust has signed, or that was signed for somebody else, for other words, or too long ago. */
export class UnsignedCall extends Refusal {
  constructor(reason: string) {
    super(
      "UNSIGNED_CALL",
      `This service answers only calls signed by the gateway: ${reason}. Ask through the gateway.`,
    );
  }
}

export type SigningSecret = Uint8Array | string;

/** What a signature speaks for. */
export interface SignedCall {
  /** The name of the service that may accept the call: a signature for one is worthless at another. */
  audience: string;
  /** Who is asking; opaque here, any JSON value. */
  viewer: unknown;
  /** Over HTTP the exact text of the request body; over graphql-ws `operationText` of the operation. */
  body: string;
}

/**
 * Signs who is asking, for one audience, one body and one minute.
 *
 * @returns a JWS in compact form (HS256) for the header `psqm-viewer` or the graphql-ws extension `viewer`
 * @throws RangeError when the secret is shorter than 32 bytes
 */
export async function signViewer(secret: SigningSecret, { audience, viewer, body }: SignedCall): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { viewer, digest: digestOf(body), aud: audience, iat, exp: iat + LIFETIME_SECONDS };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  // Not by jose, whose WebCrypto takes eight times as long: every call of every operation is signed.
  return `${signed}.${createHmac("sha256", keyOf(secret)).update(signed).digest("base64url")}`;
}

/**
 * Checks a signed call and gives the viewer that it carries.
 *
 * @param token the header or extension as it came; `undefined` when the call brought none
 * @throws UnsignedCall (code UNSIGNED_CALL) when the signature, audience, time or body does not fit
 */
export async function verifyViewer(
  secret: SigningSecret,
  token: string | undefined,
  { audience, body }: Omit<SignedCall, "viewer">,
): Promise<unknown> {
  if (!token) throw new UnsignedCall("it carried no signature");
  const claims = await verifiedClaims(keyOf(secret), token, audience);
  if (claims["digest"] !== digestOf(body)) throw new UnsignedCall("its body is not the one that was signed");
  return claims["viewer"];
}

/**
 * The text that is signed for an operation over graphql-ws, where no body text exists that both sides could see.
 * Both sides must parse to the same values: absent variables and an absent name are normalised.
 */
export function operationText(operation: {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
}): string {
  return JSON.stringify([operation.query, operation.operationName ?? null, operation.variables ?? {}]);
}

async function verifiedClaims(key: KeyObject, token: string, audience: string): Promise<Record<string, unknown>> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ["iat", "exp", "digest"],
    });
    return payload;
  } catch (error) {
    throw new UnsignedCall(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "its signature is older than a minute";
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud")
    return "it was signed for another service";
  return "its signature does not fit";
}

function digestOf(body: string): string {
  return createHash("sha256").update(body).digest("base64url");
}

const keys = new Map<SigningSecret, KeyObject>();

/** Processes have one secret or two. */
function keyOf(secret: SigningSecret): KeyObject {
  let key = keys.get(secret);
  if (!key) {
    const bytes = typeof secret === "string" ? Buffer.from(secret, "utf8") : secret;
    if (bytes.byteLength < SHORTEST_SECRET_BYTES) {
      throw new RangeError(
        `The signing secret must have at least ${SHORTEST_SECRET_BYTES} bytes, it has ${bytes.byteLength}. Use a longer one.`,
      );
    }
    key = createSecretKey(bytes);
    keys.set(secret, key);
  }
  return key;
}
