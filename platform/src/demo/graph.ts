import { setTimeout as sleep } from "node:timers/promises";
import { type DemoPerson, demoPeople } from "./demo-people.ts";

interface GraphError {
  message: string;
  extensions?: { code?: string };
}

/** What the demonstration year asks of the graph is known when it is written; a change of the graph fails its test. */
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of their query
export type Answer = any;

export type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Answer>;

/** Signs in at the gateway as a demonstration person and speaks to the graph as any client would. */
export class GraphOf {
  readonly #url: string;
  readonly #tokens = new Map<DemoPerson, Promise<string>>();

  constructor(url: string) {
    this.#url = url;
  }

  as(person: DemoPerson): Ask {
    return async (query, variables = {}) => {
      const deadline = Date.now() + 10_000;
      while (true) {
        const { data, errors } = await this.#post(person, query, variables);
        if (!errors) return data;
        const [first] = errors;
        // Whom the gateway has just met may have got a role since: it hears of that a moment later.
        const passing = ["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"].includes(first?.extensions?.code ?? "");
        if (!passing || Date.now() > deadline) throw new DemonstrationRefused(person, query, errors);
        await sleep(50);
      }
    };
  }

  async put(path: string, content: string): Promise<void> {
    const answer = await fetch(new URL(path, this.#url), { method: "PUT", body: content });
    if (!answer.ok) throw new Error(`The demonstration's file was refused: ${await answer.text()}`);
  }

  async #post(person: DemoPerson, query: string, variables: Record<string, unknown>) {
    const token = await this.#token(person);
    const response = await fetch(`${this.#url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data: Answer; errors?: GraphError[] };
  }

  #token(person: DemoPerson): Promise<string> {
    const known = this.#tokens.get(person) ?? this.#signIn(person);
    this.#tokens.set(person, known);
    return known;
  }

  async #signIn(person: DemoPerson): Promise<string> {
    const response = await fetch(`${this.#url}/auth/demo-token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: demoPeople[person].email }),
    });
    const { token, ...refusal } = (await response.json()) as { token?: string };
    if (!token) throw new Error(`Nobody may sign in as ${person}: ${JSON.stringify(refusal)}`);
    return token;
  }
}

class DemonstrationRefused extends Error {
  constructor(person: string, query: string, errors: readonly GraphError[]) {
    const told = errors.map(({ message, extensions }) => `${message} (${extensions?.code})`).join(" ");
    super(`The demonstration year stopped, because ${person} was refused: ${told} The operation was: ${query}`);
  }
}
