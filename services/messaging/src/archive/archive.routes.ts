import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { transact } from "@psqm/events/transact";
import { anonymous } from "@psqm/identity/viewer";
import { NotFound, Refusal } from "@psqm/refusal/refusal";
import type { Deps } from "@psqm/subgraph/subgraph";
import type { FastifyInstance } from "fastify";
import type { MessagingResources } from "../resources.ts";
import { Access } from "../safety/access.ts";
import { assertOpen } from "../safety/safety.rules.ts";
import { writeArchive } from "./write-archive.ts";

/** The key that archives are checked by, for everybody; and archives, for who has a path to one and the access still. */
export function archiveRoutes(app: FastifyInstance, { database, clock }: Deps, resources: MessagingResources): void {
  const { links, key } = resources.archives;
  app.get(`${links.prefix}keys.json`, async () => ({ keys: [key.publicKey] }));
  app.get<{ Params: { "*": string } }>(`${links.prefix}*`, async (request, reply) => {
    try {
      const { fileId: accessId, personId } = await links.read("get", request.params["*"]);
      const viewer = { ...anonymous, kind: "person" as const, personId };
      const caller = { em: database.em.fork() as SqlEntityManager, viewer, clock };
      const access = await transact(caller, "exportConversation", accessId, async ({ em, now }) => {
        const found = await em.findOne(Access, { id: accessId, openedBy: personId }, { populate: ["conversation"] });
        if (!found) throw new NotFound("access", accessId);
        assertOpen(found.until, now);
        return found;
      });
      const em = database.em.fork() as SqlEntityManager;
      return await reply
        .type("application/zip")
        .header("content-disposition", `attachment; filename="${access.conversation.id}.zip"`)
        .header("cache-control", "private, no-store")
        .header("referrer-policy", "no-referrer")
        .send(writeArchive(access, { em, files: resources.files, key, now: clock() }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = error;
      return reply.code(code === "NOT_FOUND" ? 404 : 410).send({ errors: [{ message, extensions: { code } }] });
    }
  });
}
