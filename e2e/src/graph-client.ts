import type { FormattedExecutionResult } from "graphql";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a client would, by the document they wrote
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } & Record<string, unknown> }[];
}

/** Somebody at the graph's one public door. */
export interface GraphClient {
  /** Asks over HTTP; gives data and errors as they came. */
  ask(document: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Asks and gives the data; an error in the answer fails the test. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  get(document: string, variables?: Record<string, unknown>): Promise<any>;
  /** Asks for what must be refused and gives the refusal's code. */
  refusal(document: string, variables?: Record<string, unknown>): Promise<string>;
  subscribe(
    document: string,
    variables?: Record<string, unknown>,
  ): AsyncIterableIterator<FormattedExecutionResult<Record<string, unknown>, unknown>>;
  close(): Promise<void>;
}

/** Signs in at the demonstration issuer. */
export async function demoToken(origin: string, email: string): Promise<string> {
  const response = await fetch(`${origin}/auth/demo-token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  if (!response.ok) throw new Error(`No token for ${email}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}

export async function signIn(origin: string, email: string): Promise<GraphClient> {
  return graphClient(origin, { authorization: `Bearer ${await demoToken(origin, email)}` });
}

/** A client of `<origin><path>`, sending `headers` with every request and in the socket's `connection_init`. */
export function graphClient(origin: string, headers: Record<string, string> = {}, path = "/graphql"): GraphClient {
  let socket: Client | undefined;
  const ask: GraphClient["ask"] = async (document, variables = {}) => {
    const response = await fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: document, variables }),
    });
    return (await response.json()) as Answer;
  };
  return {
    ask,
    async get(document, variables) {
      const { data, errors } = await ask(document, variables);
      if (errors) throw new Error(`${document}\n${JSON.stringify(variables)}\n${JSON.stringify(errors, null, 2)}`);
      return data;
    },
    async refusal(document, variables) {
      const { data, errors } = await ask(document, variables);
      const code = errors?.[0]?.extensions.code;
      if (!code) throw new Error(`This should have been refused:\n${document}\n${JSON.stringify(data)}`);
      return code;
    },
    subscribe(document, variables = {}) {
      socket ??= createClient({
        url: `${origin.replace("http", "ws")}${path}`,
        webSocketImpl: WebSocket,
        connectionParams: headers,
        retryAttempts: 0,
      });
      return socket.iterate<Record<string, unknown>, unknown>({ query: document, variables });
    },
    async close() {
      await socket?.dispose();
    },
  };
}
