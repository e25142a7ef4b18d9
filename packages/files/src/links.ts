import { hkdfSync } from "node:crypto";
import type { Clock } from "@psqm/clock/clock";
import { NotFound, type Refusal } from "@psqm/refusal/refusal";
import { errors, jwtVerify, SignJWT } from "jose";
import { LINK_MINUTES, LinkExpired, UPLOAD_MINUTES, UploadExpired } from "./file.rules.ts";

type Use = "put" | "get";

/** What a path stands for. */
export interface Link {
  fileId: string;
  /** Whom it was given to. */
  personId: string;
}

export interface Links {
  /** Where the service's routes for files are. */
  prefix: string;
  make(use: Use, link: Link): Promise<{ path: string; expiresAt: Date }>;
  /** @throws NotFound (NOT_FOUND), UploadExpired (UPLOAD_EXPIRED), LinkExpired (LINK_EXPIRED) */
  read(use: Use, token: string): Promise<Link>;
}

/**
 * Paths that stand for one file, one person and one use until they expire, signed with a key of their own: what is signed
 * here is worth nothing elsewhere, and the other way round.
 */
export function signedLinks({
  service,
  signingSecret,
  clock,
}: {
  service: string;
  signingSecret: string;
  clock: Clock;
}): Links {
  const key = new Uint8Array(hkdfSync("sha256", signingSecret, "", `psqm file links of ${service}`, 32));
  const prefix = `/files/${service}/`;
  const audienceOf = (use: Use) => `${prefix}${use}`;
  return {
    prefix,
    async make(use, { fileId, personId }) {
      const expiresAt = new Date(clock().getTime() + (use === "put" ? UPLOAD_MINUTES : LINK_MINUTES) * 60_000);
      const token = await new SignJWT({ for: personId })
        .setProtectedHeader({ alg: "HS256" })
        .setAudience(audienceOf(use))
        .setSubject(fileId)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { path: prefix + token, expiresAt };
    },
    async read(use, token) {
      try {
        const { payload } = await jwtVerify<{ for: string; sub: string }>(token, key, {
          algorithms: ["HS256"],
          audience: audienceOf(use),
          currentDate: clock(),
          requiredClaims: ["exp", "sub", "for"],
        });
        return { fileId: payload.sub, personId: payload.for };
      } catch (error) {
        throw error instanceof errors.JWTExpired ? expired(use) : new NotFound("file under", "this path");
      }
    },
  };
}

const expired = (use: Use): Refusal => (use === "put" ? new UploadExpired() : new LinkExpired());
