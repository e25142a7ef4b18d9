import { viewerOf } from "@psqm/subgraph/server";
import type { Deps } from "@psqm/subgraph/subgraph";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { contactsOf } from "./contacts-of.ts";
import { resolvePartner, resolvePerson, viewerOfPerson } from "./resolve-viewer.ts";
import { listenForViewerChanges, type ViewerChanges } from "./viewer-changes.ts";

const credential = z.discriminatedUnion("credential", [
  z.object({
    credential: z.literal("token"),
    claims: z.object({
      iss: z.string(),
      sub: z.string(),
      email: z.string().nullish(),
      email_verified: z.boolean().nullish(),
    }),
  }),
  z.object({ credential: z.literal("api-key"), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
]);

const contacts = z.object({ personIds: z.array(z.string()).max(500) });
const knownPerson = z.object({ personId: z.string() });

const HEARTBEAT_MS = 15_000;

/**
 * What the gateway asks: who is behind a credential, and whose viewer may have changed; and what services ask that write
 * to people. The signature check stands before all of them; they are for the platform itself, not for a signed viewer.
 */
export function identityRoutes(app: FastifyInstance, { database, databaseUrl, clock, log }: Deps): void {
  app.addHook("preHandler", async (request, reply) => {
    if (!request.url.startsWith("/identity/")) return;
    if (viewerOf(request).kind !== "system") await reply.status(403).send({ code: "FORBIDDEN" });
  });

  app.post("/identity/viewer", async (request, reply) => {
    const asked = credential.safeParse(request.body);
    if (!asked.success)
      return reply.status(400).send({ code: "BAD_USER_INPUT", message: z.prettifyError(asked.error) });
    const em = database.em.fork();
    if (asked.data.credential === "token") return resolvePerson(em, asked.data.claims);
    return (await resolvePartner(em, asked.data.sha256, clock())) ?? { viewer: null };
  });

  app.post("/identity/contacts", async (request, reply) => {
    const asked = contacts.safeParse(request.body);
    if (!asked.success)
      return reply.status(400).send({ code: "BAD_USER_INPUT", message: z.prettifyError(asked.error) });
    return contactsOf(database.em.fork(), asked.data.personIds);
  });
  app.post("/identity/viewer-of", async (request, reply) => {
    const asked = knownPerson.safeParse(request.body);
    if (!asked.success)
      return reply.status(400).send({ code: "BAD_USER_INPUT", message: z.prettifyError(asked.error) });
    const em = database.em.fork();
    const [contact] = await contactsOf(em, [asked.data.personId]);
    return contact ? viewerOfPerson(em, contact.personId) : { viewer: null };
  });
  const changes = listenForViewerChanges(databaseUrl, log);
  app.addHook("onClose", () => changes.close());
  app.get("/identity/viewer/changes", async (_request, reply) => {
    await changes.ready;
    streamChanges(changes, reply);
  });
}

/** Server-sent events until either side leaves. A stream that may have missed something ends. */
function streamChanges(changes: ViewerChanges, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  raw.write(": listening\n\n");
  const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
  const leave = changes.hear({
    changed: (subject) => raw.write(`data: ${JSON.stringify({ subject })}\n\n`),
    lost: () => raw.end(),
  });
  raw.on("close", () => {
    clearInterval(heartbeat);
    leave();
  });
}
