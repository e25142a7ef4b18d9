import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { ConfigurationError, type MetricsConfig } from "../configuration.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Serves the metrics where they are configured: on a port of their own, which clients cannot reach, or at a path of the
 * gateway's.
 *
 * @returns the address, and what closes it
 * @throws ConfigurationError when the port is taken
 */
export async function serveMetrics(
  server: FastifyInstance,
  metrics: Metrics,
  { port, host, path }: MetricsConfig,
): Promise<{ port: number | undefined; close(): Promise<void> }> {
  const own = port === undefined ? server : fastify({ forceCloseConnections: true });
  own.get(path, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  if (port === undefined) return { port, close: async () => {} };
  try {
    await own.listen({ port, host });
  } catch (error) {
    throw new ConfigurationError(
      `metrics: port ${port} of ${host} cannot be listened on (${(error as Error).message}). Choose another with METRICS_PORT.`,
    );
  }
  return { port: (own.server.address() as AddressInfo).port, close: () => own.close() };
}
