import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;

/** An event of one subgraph whose author and product are of two others. */
export const definitions = {
  reviews: `${link}
    type Query { reviews: Int }
    type Review { id: ID! body: String! sentAt: String! author: User! product: Product! }
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type Product @key(fields: "upc", resolvable: false) { upc: ID! }
    type Subscription { reviewAdded: Review! }`,
  accounts: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String! }`,
  products: `${link} type Query { top: Product } type Product @key(fields: "upc") { upc: ID! name: String! price: Int! }`,
} as const;

export type SubgraphName = keyof typeof definitions;

export const subscription = `subscription ReviewAdded {
  reviewAdded { id body sentAt author { id name } product { upc name price } }
}`;

/** @param urls where each subgraph is served */
export function composedSupergraph(urls: Readonly<Record<SubgraphName, string>>): string {
  const services = Object.entries(definitions).map(([name, sdl]) => ({
    name,
    url: urls[name as SubgraphName],
    typeDefs: parse(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(`The bench's subgraphs do not compose: ${errors?.map(String).join("; ")}`);
  return supergraphSdl;
}
