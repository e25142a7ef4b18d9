import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { system } from "@psqm/identity/viewer";
import { Refusal } from "@psqm/refusal/refusal";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { request } from "undici";
import { z } from "zod";
import type { Credential } from "./caller.ts";
import { listenTo, type ServerSentEvents } from "./server-sent-events.ts";

/** The viewer service does not answer, so nobody can be recognised. */
export class ViewerUnavailable extends Refusal {
  constructor() {
    super("VIEWER_UNAVAILABLE", "Who you are cannot be looked up just now. Try again shortly.");
  }
}

export interface KnownViewer {
  viewer: unknown;
  subject: string;
}

export interface ViewerDirectorySettings {
  url: string;
  /** The name of the service at `url`, for which calls are signed. */
  audience: string;
  secret: string;
  cacheSeconds: number;
  log: Logger;
}

const VIEWERS_KEPT = 10_000;
const LOOKUP_TIMEOUT_MS = 5_000;
// The service sends a heartbeat every 15 seconds; after two missed ones the stream is taken for dead.
const SILENCE_MS = 40_000;

const answer = z.union([
  z.object({ viewer: z.record(z.string(), z.unknown()), subject: z.string() }),
  z.object({ viewer: z.null() }).transform(() => null),
]);
const announcement = z.object({ subject: z.string() });

interface Lookup {
  promise: Promise<KnownViewer | null>;
  /** Subjects announced while this lookup was on its way: what it brings back of them may be old. */
  overtakenBy: Set<string>;
}

type ChangeListener = (subject: string | "everybody") => void;

/** Knows who is behind a credential: asks the viewer service, remembers briefly, forgets at once when told of a change. */
export class ViewerDirectory {
  readonly #settings: ViewerDirectorySettings;
  readonly #known: LRUCache<string, { found: KnownViewer | null }>;
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #lookups = new Map<string, Lookup>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #changes: ServerSentEvents;

  constructor(settings: ViewerDirectorySettings) {
    this.#settings = settings;
    this.#known = new LRUCache({
      max: VIEWERS_KEPT,
      ttl: Math.max(1, settings.cacheSeconds * 1000),
      dispose: (value, key) => this.#unindex(value.found, key),
    });
    this.#changes = listenTo({
      url: `${settings.url}/changes`,
      headers: () => this.#signature(""),
      silenceMs: SILENCE_MS,
      onData: (data) => this.#heard(data),
      // Whatever was announced while nobody listened is unknown: forget all, and let open sockets be judged again.
      onLost: (reason) => {
        settings.log.warn({ url: settings.url, reason }, "viewer changes are not heard, viewers are forgotten");
        this.#changed("everybody");
      },
      onOpen: (again) => {
        settings.log.debug({ url: settings.url }, "listening for viewer changes");
        if (again) this.#changed("everybody");
      },
    });
  }

  /**
   * @returns null when the service does not know the credential
   * @throws ViewerUnavailable
   */
  async find(credential: Credential): Promise<KnownViewer | null> {
    const key = JSON.stringify(credential);
    const known = this.#known.get(key);
    if (known) return known.found;
    const underway = this.#lookups.get(key);
    if (underway) return underway.promise;

    const lookup: Lookup = { overtakenBy: new Set(), promise: Promise.resolve(null) };
    lookup.promise = this.#lookUp(key, credential, lookup).finally(() => {
      if (this.#lookups.get(key) === lookup) this.#lookups.delete(key);
    });
    this.#lookups.set(key, lookup);
    return lookup.promise;
  }

  /** Calls back with the subject whose viewer may have changed, or "everybody" when announcements were missed. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#changes.close();
    this.#listeners.clear();
  }

  async #lookUp(key: string, credential: Credential, lookup: Lookup): Promise<KnownViewer | null> {
    let found = await this.#ask(credential);
    const overtaken = ({ overtakenBy }: Lookup) =>
      overtakenBy.has("everybody") || (found && overtakenBy.has(found.subject));
    if (overtaken(lookup)) {
      lookup.overtakenBy.clear();
      found = await this.#ask(credential);
    }
    if (this.#settings.cacheSeconds > 0 && !overtaken(lookup)) this.#remember(key, found);
    return found;
  }

  async #ask(credential: Credential): Promise<KnownViewer | null> {
    const body = JSON.stringify(credential);
    try {
      const response = await request(this.#settings.url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(await this.#signature(body)) },
        body,
        signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS),
      });
      const text = await response.body.text();
      if (response.statusCode !== 200) throw new Error(`HTTP status ${response.statusCode}: ${text.slice(0, 200)}`);
      return answer.parse(JSON.parse(text));
    } catch (error) {
      this.#settings.log.error({ url: this.#settings.url, err: error }, "the viewer service did not say who is asking");
      throw new ViewerUnavailable();
    }
  }

  async #signature(body: string): Promise<Record<string, string>> {
    const { secret, audience } = this.#settings;
    return { [VIEWER_HEADER]: await signViewer(secret, { audience, viewer: system, body }) };
  }

  #heard(data: string): void {
    const heard = announcement.safeParse(parsed(data));
    this.#changed(heard.success ? heard.data.subject : "everybody");
  }

  #changed(subject: string | "everybody"): void {
    for (const lookup of this.#lookups.values()) lookup.overtakenBy.add(subject);
    if (subject === "everybody") this.#known.clear();
    else for (const key of [...(this.#keysOf.get(subject) ?? [])]) this.#known.delete(key);
    for (const listener of this.#listeners) listener(subject);
  }

  #remember(key: string, found: KnownViewer | null): void {
    this.#known.set(key, { found });
    if (!found) return;
    const keys = this.#keysOf.get(found.subject) ?? new Set();
    this.#keysOf.set(found.subject, keys.add(key));
  }

  #unindex(found: KnownViewer | null, key: string): void {
    const keys = found && this.#keysOf.get(found.subject);
    if (!keys) return;
    keys.delete(key);
    if (keys.size === 0) this.#keysOf.delete(found.subject);
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
