import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { system } from "@psqm/identity/viewer";
import { NotFound, Refusal } from "@psqm/refusal/refusal";
import type { Deps } from "@psqm/subgraph/subgraph";
import type { FastifyInstance, FastifyReply } from "fastify";
import { FileState, LARGEST_FILE_BYTES } from "./file.rules.ts";
import { StoredFile } from "./file.ts";
import type { Files } from "./files.ts";
import { receiveUpload } from "./receive-upload.ts";

/** Whether a person may read a file now; asked at each use of a link, whatever was true when it was made. */
export type MayRead = (em: SqlEntityManager, file: StoredFile, personId: string) => Promise<boolean>;

const STATUS: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  UPLOAD_USED: 409,
  UPLOAD_EXPIRED: 410,
  LINK_EXPIRED: 410,
  FILE_TOO_LARGE: 413,
  FILE_TYPE_REFUSED: 415,
  FILES_OFF: 503,
};

/**
 * PUT and GET under the service's paths for files. Browsers and programs use them without signing in: the path says whose
 * it is. The gateway passes them on.
 */
export function fileRoutes(app: FastifyInstance, deps: Deps, files: Files, mayRead: MayRead): void {
  const { database, clock } = deps;
  const callerOf = () => ({ em: database.em.fork() as SqlEntityManager, viewer: system, clock });
  const path = `${files.links.prefix}*`;
  const refuse = (reply: FastifyReply, error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, details } = error;
    return reply.code(STATUS[code] ?? 422).send({ errors: [{ message, extensions: { code, ...details } }] });
  };
  void app.register(async (scope) => {
    // Whatever a client calls it, the content is taken as it comes, and never held in memory as a whole.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, content, done) => done(null, content));
    scope.put<{ Params: { "*": string } }>(path, { bodyLimit: LARGEST_FILE_BYTES * 2 }, async (request, reply) => {
      try {
        const { id, state } = await receiveUpload(callerOf(), files, request.params["*"], request.raw);
        return await reply.code(201).send({ file: { id, state } });
      } catch (error) {
        return refuse(reply, error);
      } finally {
        // What nobody reads would keep the connection's next request waiting.
        request.raw.resume();
      }
    });
    scope.get<{ Params: { "*": string } }>(path, async (request, reply) => {
      try {
        const { fileId, personId } = await files.links.read("get", request.params["*"]);
        const { em } = callerOf();
        const file = await em.findOne(StoredFile, { id: fileId });
        if (file?.state !== FileState.Clean || !file.storageKey || !(await mayRead(em, file, personId))) {
          throw new NotFound("file", fileId);
        }
        const content = await files.store.read(file.storageKey);
        if (!content) throw new Error(`the content of file ${fileId} is not where it was kept`);
        return await reply
          .type(file.mediaType ?? "application/octet-stream")
          .header("content-length", file.keptBytes)
          .header("content-disposition", toBeSaved(file.name))
          .header("cache-control", "private, no-store")
          .header("referrer-policy", "no-referrer")
          .header("x-content-type-options", "nosniff")
          .header("content-security-policy", "sandbox; default-src 'none'")
          .send(content);
      } catch (error) {
        return refuse(reply, error);
      }
    });
  });
}

/** Tells a browser to save it under its name, not to show it: RFC 6266, the name as RFC 8187 writes it. */
function toBeSaved(name: string): string {
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename*=UTF-8''${encoded}`;
}
