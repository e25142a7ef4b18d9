import { createHash } from "node:crypto";
import { anonymous } from "@psqm/identity/viewer";
import { Unauthenticated } from "@psqm/refusal/refusal";
import type { Caller, Credential } from "./caller.ts";
import type { TokenVerifier } from "./tokens.ts";
import type { ViewerDirectory } from "./viewers.ts";

/** The headers, or on a socket the connection parameters, in which somebody may say who they are. */
export interface ShownCredentials {
  authorization?: unknown;
  "x-api-key"?: unknown;
}

/** @throws Refusal when what was shown is not good; the code says why */
export type Authenticate = (shown: ShownCredentials) => Promise<Caller>;

export interface SignInSettings {
  /** Absent: nobody can sign in, and whatever is shown is left to the subgraphs. */
  tokens: TokenVerifier | null;
  /** Absent: the viewer is the token's claims. */
  viewers: ViewerDirectory | null;
  anonymousViewer: unknown;
}

/** Recognises people by bearer token; without one they are anonymous. */
export function authenticatePeople({ tokens, viewers, anonymousViewer }: SignInSettings): Authenticate {
  const nobody: Caller = { viewer: anonymousViewer ?? anonymous, subject: null, credential: null, expiresAt: null };
  return async ({ authorization }) => {
    if (!tokens || authorization === undefined || authorization === "") return nobody;
    const { claims, expiresAt } = await tokens.verify(String(authorization));
    const credential: Credential = { credential: "token", claims };
    if (!viewers) return { viewer: { kind: "person", claims }, subject: null, credential, expiresAt };
    const found = await viewers.find(credential);
    // The service answers for every good token, if only with a stranger.
    if (!found) throw new Unauthenticated("Your sign-in is not known here. Sign in again.");
    return { ...found, credential, expiresAt };
  };
}

/** Recognises partners by API key; without a good one nobody comes in. */
export function authenticatePartners(viewers: ViewerDirectory): Authenticate {
  return async (shown) => {
    const key = apiKeyOf(shown);
    if (!key) throw new Unauthenticated("This address is for partners: send your API key in the header x-api-key.");
    // Only the hash travels: whoever reads logs or traffic inside learns no key.
    const credential: Credential = { credential: "api-key", sha256: createHash("sha256").update(key).digest("hex") };
    const found = await viewers.find(credential);
    if (!found) throw new Unauthenticated("This API key is unknown or has expired. Ask for a new one.");
    return { ...found, credential, expiresAt: null };
  };
}

function apiKeyOf({ authorization, "x-api-key": header }: ShownCredentials): string | undefined {
  if (typeof header === "string" && header !== "") return header;
  return typeof authorization === "string" ? /^ApiKey +(\S+)$/i.exec(authorization.trim())?.[1] : undefined;
}
