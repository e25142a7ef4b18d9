import { createHash, randomBytes } from "node:crypto";

/** 256 random bits: cannot be guessed, so that the path alone is enough to read the feed. */
export const newFeedSecret = (): string => randomBytes(32).toString("base64url");

export const digestOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
