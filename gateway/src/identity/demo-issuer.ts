import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Refusal } from "@psqm/refusal/refusal";
import type { FastifyInstance } from "fastify";
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, type JWK, type JWTVerifyGetKey, SignJWT } from "jose";
import { z } from "zod";

export class UnknownDemoPerson extends Refusal {
  constructor(email: string) {
    super("UNKNOWN_DEMO_PERSON", `There is no demonstration person ${email}. GET /auth/demo-people lists them.`);
  }
}

const TOKEN_SECONDS = 3_600;

// RFC 5321, section 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL = 254;
// Control characters, NUL among them, and characters that nobody sees are in no address.
const PRINTABLE = /^[^\p{Cc}\p{Cf}]+$/u;

// RFC 8410: what stands before the 32 bytes of an Ed25519 private key in PKCS #8.
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Stands in for an identity provider where the people are made up: it gives anybody a token for anybody. Its key is
 * derived from the secret, so that tokens survive a restart and hold at every replica that has the same secret.
 */
export class DemoIssuer {
  readonly keys: JWTVerifyGetKey;
  readonly #key: KeyObject;
  readonly #jwk: JWK;
  readonly #audience: string;
  #issuer: string | null = null;

  private constructor(audience: string, key: KeyObject, jwk: JWK) {
    this.#audience = audience;
    this.#key = key;
    this.#jwk = jwk;
    this.keys = createLocalJWKSet({ keys: [jwk] });
  }

  static async create({ audience, secret }: { audience: string; secret: string }): Promise<DemoIssuer> {
    // A purpose of its own, so that a secret that signs other things too gives away nothing about this key.
    const seed = createHmac("sha256", secret).update("demonstration issuer key").digest();
    const key = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: "der", type: "pkcs8" });
    const publicJwk = await exportJWK(createPublicKey(key));
    const kid = await calculateJwkThumbprint(publicJwk);
    return new DemoIssuer(audience, key, { ...publicJwk, kid, alg: "EdDSA", use: "sig" });
  }

  /** @param issuer the address where clients find it, and its name: the same as long as its tokens live */
  begin(issuer: string): void {
    this.#issuer = issuer;
  }

  get issuer(): string {
    if (this.#issuer === null) throw new Error("the demonstration issuer has no address yet");
    return this.#issuer;
  }

  /** A token for an hour. */
  async tokenFor(email: string): Promise<{ token: string; expiresAt: string }> {
    const expires = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
    const token = await new SignJWT({ email, email_verified: true })
      .setProtectedHeader({ alg: "EdDSA", kid: this.#jwk.kid ?? "" })
      .setIssuer(this.issuer)
      .setSubject(`demo|${email}`)
      .setAudience(this.#audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(this.#key);
    return { token, expiresAt: new Date(expires * 1000).toISOString() };
  }

  /** The claims that a token for this person would carry. */
  claimsFor(email: string) {
    return { iss: this.issuer, sub: `demo|${email}`, email, email_verified: true };
  }

  /** @param exists whether such a person can be signed in */
  serve(server: FastifyInstance, exists: (email: string) => Promise<boolean>): void {
    server.get("/.well-known/openid-configuration", async () => ({
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/auth/jwks`,
      token_endpoint: `${this.issuer}/auth/demo-token`,
      response_types_supported: ["none"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["EdDSA"],
    }));
    server.get("/auth/jwks", async () => ({ keys: [this.#jwk] }));
    server.post("/auth/demo-token", async (request, reply) => {
      const wanted = z
        .object({ email: z.string().trim().toLowerCase().min(1).max(LONGEST_EMAIL).regex(PRINTABLE) })
        .safeParse(request.body);
      if (!wanted.success) {
        const message = 'Say whose token you want: {"email": "somebody@example"} as JSON.';
        return reply.code(400).send({ errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] });
      }
      const { email } = wanted.data;
      if (!(await exists(email))) throw new UnknownDemoPerson(email);
      return reply.header("cache-control", "no-store").send(await this.tokenFor(email));
    });
  }
}
