import type { FormattedExecutionResult } from "graphql";
import { type Client, type ClientOptions, createClient } from "graphql-ws";
import { WebSocket } from "ws";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are taken apart by the assertions
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}

/** Posts one operation as a client would. */
export async function ask(
  url: string,
  query: string,
  {
    variables,
    headers,
    path = "/graphql",
  }: { variables?: Record<string, unknown>; headers?: Record<string, string>; path?: string } = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as Pick<Answer, "data" | "errors" | "extensions">;
  return { ...answer, status: response.status, headers: response.headers };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

export interface Listening {
  events: FormattedExecutionResult[];
  /** Settles when the subscription is over: with null when it completed, otherwise with what went wrong. */
  over: Promise<unknown>;
  stop(): void;
}

/** A client that never tries again by itself, so that a test sees what happened. */
export function socketTo(url: string, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...options,
  });
}

export function listenOn(client: Client, query: string, variables?: Record<string, unknown>): Listening {
  const events: FormattedExecutionResult[] = [];
  let stop = () => {};
  const over = new Promise<unknown>((resolve) => {
    stop = client.subscribe(
      { query, ...(variables && { variables }) },
      {
        next: (event) => events.push(event as FormattedExecutionResult),
        error: resolve,
        complete: () => resolve(null),
      },
    );
  });
  return { events, over, stop: () => stop() };
}

/** Waits until something becomes true, for fifteen seconds at most: the machine may be busy. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`it did not become true within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
