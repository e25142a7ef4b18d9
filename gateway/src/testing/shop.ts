import { EventEmitter, on } from "node:events";
import { composeServices } from "@apollo/composition";
import { GraphQLError } from "graphql";
import { type FakeSubgraph, startFakeSubgraph } from "./fake-subgraph.ts";

/** A graph that has nothing to do with any programme: three subgraphs of a shop. */
export interface Shop {
  accounts: FakeSubgraph;
  products: FakeSubgraph;
  reviews: FakeSubgraph;
  supergraph: string;
  /** Announces a review on `reviewAdded`. */
  addReview(review: ShopReview): void;
  close(): Promise<void>;
}

export interface ShopReview {
  id: string;
  body: string;
  authorId: string;
  upc: string;
}

const accountsSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type User @key(fields: "id") { id: ID!, name: String!, nickname: String, secretNote: String, faulty: String }
  type Query { me: User, users: [User!]!, slow: String }
  type Mutation { rename(id: ID!, name: String!): User! }
`;
const productsSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Product @key(fields: "upc") { upc: ID!, name: String!, price(currency: String = "GBP"): Int! }
  type Query { products(first: Int = 10): [Product!]! }
`;
const reviewsSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Review @key(fields: "id") { id: ID!, body: String!, author: User!, product: Product! }
  type User @key(fields: "id") { id: ID!, reviews: [Review!]! }
  type Product @key(fields: "upc") { upc: ID!, reviews: [Review!]! }
  type Query { reviews: [Review!]! }
  type Mutation { review(upc: ID!, body: String!): Review! }
  type Subscription { reviewAdded(upc: ID): Review!, countdown(from: Int!): Int! }
`;

const users = [
  { id: "u1", name: "Ada" },
  { id: "u2", name: "Grace" },
];
const products = [
  { upc: "p1", name: "Table" },
  { upc: "p2", name: "Chair" },
];

/** @param secret with one, every subgraph refuses what is not signed */
export async function startShop({ secret, ready }: { secret?: string; ready?: () => boolean } = {}): Promise<Shop> {
  const people = new Map(users.map((user) => [user.id, { ...user }]));
  const written: ShopReview[] = [
    { id: "r1", body: "Sturdy", authorId: "u1", upc: "p1" },
    { id: "r2", body: "Wobbly", authorId: "u2", upc: "p2" },
  ];
  const bus = new EventEmitter().setMaxListeners(0);
  const addReview = (review: ShopReview) => void bus.emit("review", review);
  const signed = { ...(secret && { secret }) };

  const accounts = await startFakeSubgraph({
    ...signed,
    ...(ready && { ready }),
    name: "accounts",
    sdl: accountsSdl,
    resolvers: {
      User: {
        __resolveReference: ({ id }: { id: string }) => people.get(id) ?? null,
        secretNote: () => {
          throw new GraphQLError("You may not read that note.", {
            extensions: { code: "FORBIDDEN", stacktrace: ["at secret.ts:1"] },
          });
        },
        faulty: () => {
          throw new Error("connection to 10.0.0.7 failed with password hunter2");
        },
      },
      Query: {
        me: (_: unknown, __: unknown, { viewer }: { viewer: { id?: string } | null }) => people.get(viewer?.id ?? "u1"),
        users: () => [...people.values()],
        slow: () => new Promise((resolve) => setTimeout(resolve, 60_000).unref()),
      },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) =>
          Object.assign(people.get(id) ?? {}, { name }),
      },
    },
  });
  const product = ({ upc }: { upc: string }) => products.find((each) => each.upc === upc) ?? null;
  const productsService = await startFakeSubgraph({
    ...signed,
    name: "products",
    sdl: productsSdl,
    resolvers: {
      Product: {
        __resolveReference: product,
        price: (_: unknown, { currency }: { currency: string }) => (currency === "GBP" ? 100 : 120),
      },
      Query: { products: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    },
  });
  const reviewsBy = (test: (review: ShopReview) => boolean) => written.filter(test);
  const reviews = await startFakeSubgraph({
    ...signed,
    name: "reviews",
    sdl: reviewsSdl,
    resolvers: {
      Review: {
        __resolveReference: ({ id }: { id: string }) => written.find((review) => review.id === id) ?? null,
        author: ({ authorId }: ShopReview) => ({ id: authorId }),
        product: ({ upc }: ShopReview) => ({ upc }),
      },
      User: { reviews: ({ id }: { id: string }) => reviewsBy(({ authorId }) => authorId === id) },
      Product: { reviews: ({ upc }: { upc: string }) => reviewsBy((review) => review.upc === upc) },
      Query: { reviews: () => written },
      Mutation: {
        review: (_: unknown, { upc, body }: { upc: string; body: string }) => {
          const review = { id: `r${written.length + 1}`, body, authorId: "u1", upc };
          written.push(review);
          addReview(review);
          return review;
        },
      },
      Subscription: {
        reviewAdded: {
          subscribe: (_: unknown, { upc }: { upc?: string }) => {
            if (upc === "forbidden")
              throw new GraphQLError("There is no such product.", { extensions: { code: "NOT_FOUND" } });
            return listen(bus, (review) => !upc || review.upc === upc);
          },
          resolve: (review: ShopReview) => review,
        },
        countdown: {
          subscribe: async function* (_: unknown, { from }: { from: number }) {
            for (let left = from; left > 0; left--) yield left;
          },
          resolve: (left: number) => left,
        },
      },
    },
  });
  return {
    accounts,
    products: productsService,
    reviews,
    supergraph: composed([accounts, productsService, reviews]),
    addReview,
    close: async () =>
      void (await Promise.all([accounts, productsService, reviews].map((subgraph) => subgraph.close()))),
  };
}

export function composed(subgraphs: Pick<FakeSubgraph, "name" | "url" | "typeDefs">[]): string {
  const { supergraphSdl, errors } = composeServices(subgraphs);
  if (!supergraphSdl)
    throw new Error(`these subgraphs do not compose: ${errors?.map(({ message }) => message).join("; ")}`);
  return supergraphSdl;
}

/** Events as they are emitted; `return()` ends a wait, which an async generator would not. */
function listen(bus: EventEmitter, wanted: (review: ShopReview) => boolean): AsyncIterableIterator<ShopReview> {
  const stop = new AbortController();
  const events = on(bus, "review", { signal: stop.signal });
  return {
    async next(): Promise<IteratorResult<ShopReview>> {
      for (;;) {
        const event = await events.next().catch(() => null);
        if (!event || event.done) return { done: true, value: undefined };
        if (wanted(event.value[0])) return { done: false, value: event.value[0] };
      }
    },
    async return(): Promise<IteratorResult<ShopReview>> {
      stop.abort();
      return { done: true, value: undefined };
    },
    async throw(reason: unknown): Promise<IteratorResult<ShopReview>> {
      stop.abort();
      throw reason;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
