import { type Client, createClient } from "graphql-ws";

export interface Example {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
}

export interface DemoPerson {
  email: string;
  name: string;
  role: string;
  examples: Example[];
}

/** What the gateway says about the graph that is explored. */
export interface Settings {
  title: string;
  path: string;
  signIn: boolean;
  examples: Example[];
}

const REMEMBERED = "explorer:person";
// A token is replaced this long before it expires, so that nothing is cut in the middle.
const RENEW_BEFORE_MS = 5 * 60_000;

/** Who uses the page: nobody in particular, or a demonstration person with a token that is kept fresh. */
export class SignIn {
  readonly #socketUrl: string;
  #token: string | null = null;
  #client: Client;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string) {
    const address = new URL(path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.#socketUrl = address.href;
    this.#client = this.#connect();
  }

  static get remembered(): string {
    return localStorage.getItem(REMEMBERED) ?? "";
  }

  get token(): string | null {
    return this.#token;
  }

  get headers(): Record<string, string> {
    return this.#token ? { authorization: `Bearer ${this.#token}` } : {};
  }

  get client(): Client {
    return this.#client;
  }

  /**
   * @param email whose part to take; "" for nobody's
   * @returns until when the token holds, or null without one
   */
  async as(email: string): Promise<Date | null> {
    clearTimeout(this.#renewal);
    const answer = email ? await demoToken(email) : null;
    this.#token = answer?.token ?? null;
    localStorage.setItem(REMEMBERED, email);
    // What runs on the old socket runs in the old name.
    void this.#client.dispose();
    this.#client = this.#connect();
    if (!answer) return null;
    const expiresAt = new Date(answer.expiresAt);
    this.#renewal = setTimeout(
      () => void this.#renew(email),
      Math.max(30_000, expiresAt.getTime() - Date.now() - RENEW_BEFORE_MS),
    );
    return expiresAt;
  }

  /** New requests and new sockets use the new token; sockets that are open live out the old one. */
  async #renew(email: string): Promise<void> {
    const { token, expiresAt } = await demoToken(email);
    this.#token = token;
    this.#renewal = setTimeout(
      () => void this.#renew(email),
      Math.max(30_000, Date.parse(expiresAt) - Date.now() - RENEW_BEFORE_MS),
    );
  }

  #connect(): Client {
    return createClient({ url: this.#socketUrl, lazy: true, retryAttempts: 0, connectionParams: () => this.headers });
  }
}

async function demoToken(email: string): Promise<{ token: string; expiresAt: string }> {
  const response = await fetch("/auth/demo-token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors?.[0]?.message ?? `The sign-in answered ${response.status}.`);
  return answer;
}
