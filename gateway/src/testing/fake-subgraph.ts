import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { operationText, VIEWER_EXTENSION, VIEWER_HEADER, verifyViewer } from "@psqm/identity/signing";
import { Refusal } from "@psqm/refusal/refusal";
import fastify from "fastify";
import { type DocumentNode, GraphQLError, type GraphQLSchema, graphql, parse } from "graphql";
import { handleProtocols, type makeServer } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { type WebSocket, WebSocketServer } from "ws";

export interface FakeCall {
  query: string;
  variables: Record<string, unknown>;
  headers: Record<string, string | string[] | undefined>;
  /** Null when the subgraph checks no signatures. */
  viewer: unknown;
}

export interface FakeSubgraph {
  name: string;
  url: string;
  typeDefs: DocumentNode;
  calls: FakeCall[];
  /** Viewers that opened a subscription. */
  subscribers: unknown[];
  /** Subscriptions that run now. */
  running(): number;
  /** Sockets that are open now. */
  sockets(): number;
  /** Cuts every socket as a crash would. */
  cut(code?: number): void;
  /** Changes how HTTP calls are answered: `null` answers them properly. */
  misbehave(how: ((body: string) => Promise<{ status: number; body: string }>) | null): void;
  close(): Promise<void>;
}

/** A small subgraph on real sockets that remembers who called it with what. */
export async function startFakeSubgraph({
  name,
  sdl,
  resolvers,
  secret,
  ready = () => true,
}: {
  name: string;
  sdl: string;
  resolvers: Record<string, unknown>;
  secret?: string;
  ready?: () => boolean;
}): Promise<FakeSubgraph> {
  const typeDefs = parse(sdl);
  const schema: GraphQLSchema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  const calls: FakeCall[] = [];
  const subscribers: unknown[] = [];
  let misbehaviour: Parameters<FakeSubgraph["misbehave"]>[0] = null;
  const running = new Set<string>();

  const server = fastify();
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.get("/health/ready", async (_request, reply) => reply.code(ready() ? 200 : 503).send({}));
  server.post("/graphql", async (request, reply) => {
    const text = request.body as string;
    if (misbehaviour) {
      const { status, body } = await misbehaviour(text);
      return reply.code(status).type("application/json").send(body);
    }
    const { query, variables, operationName } = JSON.parse(text);
    try {
      const viewer = secret
        ? await verifyViewer(secret, request.headers[VIEWER_HEADER] as string | undefined, {
            audience: name,
            body: text,
          })
        : null;
      calls.push({ query, variables, headers: request.headers, viewer });
      return await graphql({
        schema,
        source: query,
        variableValues: variables,
        operationName,
        contextValue: { viewer },
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(401).send({ errors: [{ message: error.message, extensions: { code: error.code } }] });
    }
  });
  await server.listen({ port: 0, host: "127.0.0.1" });

  const sockets = new WebSocketServer({ server: server.server, path: "/graphql", handleProtocols });
  const cleanup = useServer(
    {
      schema,
      onSubscribe: async (_ctx, _id, { query, operationName, variables, extensions }) => {
        if (!secret) return undefined;
        try {
          const body = operationText({ query, operationName, variables });
          const viewer = await verifyViewer(secret, extensions?.[VIEWER_EXTENSION] as string, { audience: name, body });
          subscribers.push(viewer);
          return undefined;
        } catch (error) {
          const { message, code } = error as Refusal;
          return [new GraphQLError(message, { extensions: { code } })];
        }
      },
      onOperation: (_ctx, id, _payload, _args, result) => {
        if (Symbol.asyncIterator in result) running.add(id);
      },
      onComplete: (_ctx, id) => void running.delete(id),
    } satisfies Parameters<typeof makeServer>[0],
    sockets,
  );
  return {
    name,
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`,
    typeDefs,
    calls,
    subscribers,
    running: () => running.size,
    sockets: () => sockets.clients.size,
    cut: (code) => {
      for (const client of sockets.clients as Set<WebSocket>) code ? client.close(code) : client.terminate();
    },
    misbehave: (how) => {
      misbehaviour = how;
    },
    close: async () => {
      for (const client of sockets.clients as Set<WebSocket>) client.terminate();
      await cleanup.dispose();
      server.server.closeAllConnections();
      await server.close();
    },
  };
}
