import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { ConfigurationError, type MetricsConfig } from "../configuration.ts";
import type { MetricsSource } from "./metrics.ts";

export interface OwnMetricsServer {
  port: number;
  close(): Promise<void>;
}

/** Serves the metrics at a path of somebody's server. */
export function serveMetricsAt(server: FastifyInstance, path: string, metrics: MetricsSource): void {
  server.get(path, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

/**
 * Serves the metrics on a port of their own, which clients cannot reach.
 * @throws ConfigurationError when the port is taken
 */
export async function serveMetricsAlone(
  metrics: MetricsSource,
  { port = 0, host, path }: MetricsConfig,
): Promise<OwnMetricsServer> {
  const own = fastify({ forceCloseConnections: true });
  serveMetricsAt(own, path, metrics);
  try {
    await own.listen({ port, host });
  } catch (error) {
    throw new ConfigurationError(
      `metrics: port ${port} of ${host} cannot be listened on (${(error as Error).message}). Choose another with METRICS_PORT.`,
    );
  }
  return { port: (own.server.address() as AddressInfo).port, close: () => own.close() };
}
