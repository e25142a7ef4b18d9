import { EventEmitter, on, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { definitions, type SubgraphName } from "./graph.ts";

/** What it is told: to send the event of this number. What it tells: its addresses, at the start, and what was asked for. */
export type Order = { send: number } | { count: true };
export type Told = { urls: Record<SubgraphName, string> } | { subscriptions: number };

interface Review {
  id: string;
  body: string;
  sentAt: string;
  author: { id: string };
  product: { upc: string };
}

const bus = new EventEmitter();
let subscriptions = 0;

/** An iterator, not a generator: the return of a generator waits for the event that it waits for. */
function reviewAdded(): AsyncIterableIterator<Review> {
  const left = new AbortController();
  const reviews = on(bus, "review", { signal: left.signal });
  const done = { done: true, value: undefined } as const;
  return {
    async next() {
      const event = await reviews.next().catch(() => done);
      return event.done ? done : { done: false, value: event.value[0] as Review };
    },
    async return() {
      left.abort();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const resolvers: Record<SubgraphName, Record<string, object>> = {
  reviews: { Subscription: { reviewAdded: { subscribe: reviewAdded, resolve: (review: Review) => review } } },
  accounts: { User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Person ${id}` }) } },
  products: { Product: { __resolveReference: ({ upc }: { upc: string }) => ({ upc, name: "Table", price: 899 }) } },
};

const urls = {} as Record<SubgraphName, string>;
for (const name of Object.keys(definitions) as SubgraphName[]) {
  const schema = buildSubgraphSchema([{ typeDefs: parse(definitions[name]), resolvers: resolvers[name] as never }]);
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", async () => {
      const { query, variables } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
      const result = await graphql({ schema, source: query, variableValues: variables ?? null });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
    });
  });
  if (name === "reviews") {
    const sockets = new WebSocketServer({ server, path: "/graphql" });
    useServer(
      {
        schema,
        onOperation: () => {
          subscriptions += 1;
        },
        onComplete: () => {
          subscriptions -= 1;
        },
      },
      sockets,
    );
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
process.send?.({ urls } satisfies Told);

process.on("message", (order: Order) => {
  if ("count" in order) return process.send?.({ subscriptions } satisfies Told);
  const review = {
    id: `${order.send}`,
    body: "This is what a review says. ".repeat(6),
    // A clock that all processes of this machine share.
    sentAt: `${process.hrtime.bigint()}`,
    author: { id: `${order.send % 10}` },
    product: { upc: `${order.send % 7}` },
  };
  bus.emit("review", review);
});
process.on("disconnect", () => process.exit());
