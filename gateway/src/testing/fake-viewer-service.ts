import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { VIEWER_HEADER, verifyViewer } from "@psqm/identity/signing";
import fastify from "fastify";

export interface FakeViewerService {
  url: string;
  /** Viewers by email, or by the SHA-256 of an API key. */
  viewers: Map<string, Record<string, unknown>>;
  /** Credentials looked up, in order. */
  lookups: string[];
  announce(subject: string): void;
  listeners(): number;
  cutStreams(): void;
  /** Answers wait for this before they are given. */
  holdAnswers(until: Promise<unknown> | null): void;
  close(): Promise<void>;
}

/** Says who is behind a credential; the subject of a viewer is its email or the hash of its key. */
export async function startFakeViewerService(secret: string): Promise<FakeViewerService> {
  const viewers: FakeViewerService["viewers"] = new Map();
  const lookups: string[] = [];
  const streams = new Set<ServerResponse>();
  let held: Promise<unknown> | null = null;
  const server = fastify();
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.addHook("preHandler", async (request) => {
    const body = request.method === "GET" ? "" : (request.body as string);
    const viewer = await verifyViewer(secret, request.headers[VIEWER_HEADER] as string, { audience: "people", body });
    if ((viewer as { kind: string }).kind !== "system") throw new Error("only the gateway may ask");
  });
  server.post("/identity/viewer", async (request) => {
    const credential = JSON.parse(request.body as string);
    const subject: string = credential.credential === "token" ? credential.claims.email : credential.sha256;
    lookups.push(subject);
    const viewer = viewers.get(subject);
    const copy = viewer && { ...viewer };
    await held;
    if (!copy && credential.credential === "api-key") return { viewer: null };
    return { viewer: copy ?? { kind: "person", personId: null, roles: [] }, subject };
  });
  server.get("/identity/viewer/changes", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream" });
    reply.raw.write(": hello\n\n");
    streams.add(reply.raw);
    reply.raw.on("close", () => streams.delete(reply.raw));
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
  return {
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/identity/viewer`,
    viewers,
    lookups,
    announce: (subject) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify({ subject })}\n\n`);
    },
    listeners: () => streams.size,
    cutStreams: () => {
      for (const stream of streams) stream.destroy();
    },
    holdAnswers: (until) => {
      held = until;
    },
    close: async () => {
      for (const stream of streams) stream.destroy();
      server.server.closeAllConnections();
      await server.close();
    },
  };
}
