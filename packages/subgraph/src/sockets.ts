import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { operationText, VIEWER_EXTENSION, verifyViewer } from "@psqm/identity/signing";
import type { Viewer } from "@psqm/identity/viewer";
import { Refusal } from "@psqm/refusal/refusal";
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from "graphql";
import { useServer } from "graphql-ws/use/ws";
import type { Logger } from "pino";
import { WebSocketServer } from "ws";
import { formatError } from "./errors.ts";

export interface SocketOptions {
  schema: GraphQLSchema;
  audience: string;
  signingSecret: string;
  contextFor(viewer: Viewer, correlationId: string): { correlationId: string };
  log: Logger;
}

const LONGEST_FRAME_BYTES = 1024 * 1024;

/** Serves subscriptions over graphql-ws at `/graphql`. Each operation is signed on its own, in `extensions.viewer`. */
export function serveSubscriptions(
  server: Server,
  { schema, audience, signingSecret, contextFor, log }: SocketOptions,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_FRAME_BYTES });
  server.on("upgrade", (request, socket, head) => {
    if (request.url?.split("?")[0] !== "/graphql") return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws, request));
  });
  const known = knownDocuments(schema);
  const graphqlWs = useServer(
    {
      schema,
      subscribe: (args) => subscribeFresh(args as FreshArgs),
      onSubscribe: async (_socket, _id, payload) => {
        try {
          const token = payload.extensions?.[VIEWER_EXTENSION];
          const viewer = (await verifyViewer(signingSecret, typeof token === "string" ? token : undefined, {
            audience,
            body: operationText(payload),
          })) as Viewer;
          const { document, mistakes } = known(payload.query);
          if (mistakes.length > 0) return mistakes;
          const freshContext = () => contextFor(viewer, randomUUID());
          return {
            schema,
            document,
            operationName: payload.operationName ?? undefined,
            variableValues: payload.variables,
            contextValue: freshContext(),
            freshContext,
          } as FreshArgs;
        } catch (error) {
          return [asGraphQLError(error)];
        }
      },
      onError: (_socket, _id, _payload, errors) => errors.map((error) => shown(error, log)),
      onNext: (_socket, _id, _payload, _args, result) =>
        result.errors ? { ...result, errors: result.errors.map((error) => shown(error, log)) } : result,
    },
    sockets,
  );
  return {
    async close() {
      await graphqlWs.dispose();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

const MOST_DOCUMENTS = 500;

interface KnownDocument {
  document: DocumentNode;
  mistakes: readonly GraphQLError[];
}

/** Thousands subscribe by the same few documents, and keep them: each is parsed and checked once, and held once. */
function knownDocuments(schema: GraphQLSchema): (text: string) => KnownDocument {
  const known = new Map<string, KnownDocument>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const document = parse(text, { noLocation: true });
    const found = { document, mistakes: validate(schema, document) };
    if (known.size >= MOST_DOCUMENTS) known.clear();
    known.set(text, found);
    return found;
  };
}

interface FreshArgs extends ExecutionArgs {
  freshContext(): unknown;
}

/**
 * graphql's own `subscribe` runs every event with the context of the subscription, whose loaders and entities would
 * grow stale; here each event is executed with a context of its own.
 */
async function subscribeFresh(args: FreshArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  // Held for as long as the subscription lives, which may be months.
  args.contextValue = undefined;
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await events.next();
      if (done) return { value: undefined, done: true };
      const result = await execute({ ...args, rootValue: value, contextValue: args.freshContext() });
      return { value: result, done: false };
    },
    async return() {
      await events.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this as AsyncIterableIterator<ExecutionResult>;
    },
  };
}

function shown(error: unknown, log: Logger): GraphQLError {
  const wrapped = error instanceof GraphQLError ? error : asGraphQLError(error);
  const { message, extensions } = formatError(wrapped.toJSON(), wrapped, { log, correlationId: randomUUID() });
  return new GraphQLError(message, { path: wrapped.path, extensions });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof Refusal ? { code: error.code } : {};
  return new GraphQLError(originalError.message, { originalError, extensions: code });
}
