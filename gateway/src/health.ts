import type { FastifyInstance } from "fastify";

/**
 * `/health/live` answers as long as the process can; `/health/ready` only when an operation could be answered, and
 * otherwise says what is missing.
 *
 * @param missing names of what does not answer now
 */
export function serveHealth(server: FastifyInstance, missing: () => Promise<string[]>): void {
  server.get("/health/live", async () => ({ status: "live" }));
  server.get("/health/ready", async (_request, reply) => {
    const silent = await missing();
    if (silent.length === 0) return { status: "ready" };
    return reply.code(503).header("retry-after", "2").send({ status: "not ready", waitingFor: silent });
  });
}
