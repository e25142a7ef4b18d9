import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { ExplorerConfig } from "../configuration.ts";

/** Where `build.ts` puts the page. */
export const EXPLORER_FOLDER = path.join(import.meta.dirname, "explorer");

/** What the page is told about the graph that it explores. */
export interface ExplorerSettings {
  title: string;
  path: string;
  signIn: boolean;
  examples: ExplorerConfig["examples"];
}

// Everything comes from here: the page works on a machine without any other network. Monaco styles itself inline.
const CONTENT_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'";

/** Serves GraphiQL at `/`, and the list of the people whose part one may take. */
export async function serveExplorer(
  server: FastifyInstance,
  { explorer, path: graphPath, signIn }: { explorer: ExplorerConfig; path: string; signIn: boolean },
): Promise<void> {
  const settings: ExplorerSettings = { title: explorer.title, path: graphPath, signIn, examples: explorer.examples };
  if (signIn) server.get("/auth/demo-people", async () => ({ people: explorer.people }));
  if (!existsSync(path.join(EXPLORER_FOLDER, "index.html"))) {
    server.get("/", async (_request, reply) =>
      reply
        .code(503)
        .type("text/plain; charset=utf-8")
        .send(`The explorer has not been built: npm run build. The graph is at ${graphPath}.\n`),
    );
    return;
  }
  await server.register(fastifyStatic, { root: EXPLORER_FOLDER, prefix: "/explorer/", index: false, maxAge: 0 });
  server.get("/explorer/settings.json", async () => settings);
  server.get("/", async (_request, reply) => {
    const page = await readFile(path.join(EXPLORER_FOLDER, "index.html"), "utf8");
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", CONTENT_POLICY)
      .header("cache-control", "no-cache")
      .send(page);
  });
}
