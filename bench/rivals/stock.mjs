import { readFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import fastify from "fastify";

/** The stock gateway as its documentation sets it up: `node stock.mjs SUPERGRAPH PORT`. */
const [supergraph = "", port = ""] = process.argv.slice(2);

class PropagatingDataSource extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http?.headers.set("authorization", context.authorization);
  }
}

const server = fastify();
const apollo = new ApolloServer({
  gateway: new ApolloGateway({
    supergraphSdl: readFileSync(supergraph, "utf8"),
    buildService: ({ url }) => new PropagatingDataSource({ url }),
  }),
  plugins: [fastifyApolloDrainPlugin(server)],
});
await apollo.start();
server.route({
  method: ["GET", "POST"],
  url: "/graphql",
  handler: fastifyApolloHandler(apollo, {
    context: async ({ headers: { authorization } }) => ({ authorization }),
  }),
});
await server.listen({ host: "127.0.0.1", port: Number(port) });
