import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";

/**
 * Four small subgraphs in the manner of the Guild's federation gateways benchmark: accounts, inventory, products and
 * reviews, which refer to each other in both directions. All their data is here.
 */
interface Product {
  upc: string;
  name: string;
  price: number;
  weight: number;
}

interface Review {
  id: string;
  body: string;
  authorId: string;
  upc: string;
}

const users = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances"].map((name, index) => ({
  id: `${index + 1}`,
  name: `${name} Example`,
  username: name.toLowerCase(),
}));

const products: Product[] = [
  { name: "Table", price: 899, weight: 100 },
  { name: "Couch", price: 1299, weight: 1000 },
  { name: "Glass", price: 15, weight: 20 },
  { name: "Chair", price: 499, weight: 100 },
  { name: "Screen", price: 1299, weight: 1000 },
  { name: "Lamp", price: 6999, weight: 300 },
  { name: "Grill", price: 3999, weight: 2000 },
  { name: "Fridge", price: 100_000, weight: 6000 },
  { name: "Sofa", price: 9999, weight: 800 },
].map((product, index) => ({ upc: `${index + 1}`, ...product }));

const opinions = ["Love it!", "Too expensive.", "Could be better.", "Prefer something else.", "Bought it twice."];

// Three by each user, of the first five products: the big query then answers with about 87 KB.
const reviews: Review[] = users.flatMap(({ id: authorId }, user) =>
  [0, 1, 2].map((turn) => {
    const number = 3 * user + turn;
    return {
      id: `${number + 1}`,
      authorId,
      upc: `${(number % 5) + 1}`,
      body: `${opinions[(number + user) % opinions.length]} ${"This is what a review says. ".repeat(4)}`,
    };
  }),
);

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [
  "@key", "@external", "@requires", "@provides", "@shareable"])`;

type Resolver = (source: never, args: never) => unknown;

const definitions: Record<string, { sdl: string; resolvers: Record<string, Record<string, Resolver>> }> = {
  accounts: {
    sdl: `
      type Query { me: User user(id: ID!): User users: [User] }
      type User @key(fields: "id") { id: ID! name: String username: String @shareable }`,
    resolvers: {
      Query: {
        me: () => users[0],
        user: (_source, { id }: { id: string }) => users.find((user) => user.id === id),
        users: () => users,
      },
      User: { __resolveReference: ({ id }: { id: string }) => users.find((user) => user.id === id) },
    },
  },
  inventory: {
    sdl: `
      type Product @key(fields: "upc") {
        upc: String!
        weight: Int @external
        price: Int @external
        inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight")
      }`,
    resolvers: {
      Product: {
        __resolveReference: (product: Product) => ({ ...product, inStock: Number(product.upc) % 2 === 1 }),
        shippingEstimate: ({ price, weight }: Product) => (price > 1000 ? 0 : Math.round(weight / 2)),
      },
    },
  },
  products: {
    sdl: `
      type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    resolvers: {
      Query: { topProducts: (_source, { first }: { first: number }) => products.slice(0, first) },
      Product: { __resolveReference: ({ upc }: Product) => products.find((product) => product.upc === upc) },
    },
  },
  reviews: {
    sdl: `
      type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
      type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
      type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
    resolvers: {
      Review: {
        __resolveReference: ({ id }: Review) => reviews.find((review) => review.id === id),
        author: ({ authorId }: Review) => ({
          id: authorId,
          username: users.find(({ id }) => id === authorId)?.username,
        }),
        product: ({ upc }: Review) => ({ upc }),
      },
      User: { reviews: ({ id }: { id: string }) => reviews.filter(({ authorId }) => authorId === id) },
      Product: { reviews: (product: Product) => reviews.filter(({ upc }) => upc === product.upc) },
    },
  },
};

/** The schema of each subgraph, which answers as it would over HTTP. */
export function subgraphSchemas(): Map<string, GraphQLSchema> {
  return new Map(
    Object.entries(definitions).map(([name, { sdl, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(`${link}${sdl}`), resolvers: resolvers as never }]),
    ]),
  );
}

/** @param urls where each subgraph is served */
export function composedSupergraph(urls: Readonly<Record<string, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(definitions).map(([name, { sdl }]) => ({
      name,
      url: urls[name] ?? "",
      typeDefs: parse(`${link}${sdl}`),
    })),
  );
  if (!supergraphSdl) throw new Error(`The bench's subgraphs do not compose: ${errors?.map(String).join("; ")}`);
  return supergraphSdl;
}
