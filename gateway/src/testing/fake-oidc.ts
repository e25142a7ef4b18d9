import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface FakeOidc {
  issuer: string;
  /** How often somebody fetched the keys. */
  keyFetches(): number;
  token(claims?: {
    email?: string;
    audience?: string;
    issuer?: string;
    expiresInSeconds?: number;
    foreignKey?: boolean;
  }): Promise<string>;
  close(): Promise<void>;
}

/** An OpenID Connect provider as far as a resource server sees one: discovery, keys and tokens. */
export async function startFakeOidc(): Promise<FakeOidc> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const foreign = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  let fetches = 0;
  let issuer = "";
  const server = fastify();
  server.get("/.well-known/openid-configuration", async () => ({ issuer, jwks_uri: `${issuer}/keys` }));
  server.get("/keys", async () => {
    fetches += 1;
    return { keys: [jwk] };
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
  issuer = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    issuer,
    keyFetches: () => fetches,
    token: ({
      email = "ada@example.test",
      audience = "psqm-graph",
      issuer: claimed = issuer,
      expiresInSeconds = 60,
      foreignKey = false,
    } = {}) =>
      new SignJWT({ email, email_verified: true })
        .setProtectedHeader({ alg: "RS256", kid: "k1" })
        .setIssuer(claimed)
        .setSubject(`sub-${email}`)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
        .sign(foreignKey ? foreign.privateKey : privateKey),
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
    },
  };
}
