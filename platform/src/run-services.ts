import type { Clock } from "@psqm/clock/clock";
import type { MailSettings } from "@psqm/mail/settings";
import { type RunningSubgraph, serveSubgraph } from "@psqm/subgraph/server";
import type { Logger } from "pino";
import { serviceUrl } from "./database/service-url.ts";
import type { Secrets } from "./secrets.ts";
import { subgraphs } from "./subgraphs.ts";

export interface Services {
  /** Address of each one's graph, by name. */
  urls: Record<string, string>;
  /** One of them, for what the graph does not offer. */
  find(name: string): RunningSubgraph;
  close(): Promise<void>;
}

/** All five in this process, each on a free port of loopback; the gateway's calls to them are signed all the same. */
export async function runServices(
  adminUrl: string,
  secrets: Secrets,
  mail: MailSettings,
  clock: Clock,
  log: Logger,
  settings: Record<string, string>,
): Promise<Services> {
  const neighbours: Record<string, string> = {};
  const started = await Promise.allSettled(
    subgraphs.map((subgraph) =>
      serveSubgraph(subgraph, {
        databaseUrl: serviceUrl(adminUrl, subgraph.name, secrets),
        signingSecret: secrets.signing,
        host: "127.0.0.1",
        port: 0,
        mail,
        neighbours,
        clock,
        log: log.child({ service: subgraph.name }),
        settings,
      }),
    ),
  );
  const running = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  let closing: Promise<unknown> | undefined;
  const close = async () => {
    closing ??= Promise.all(running.map((service) => service.close()));
    await closing;
  };
  for (const outcome of started) {
    if (outcome.status === "fulfilled") continue;
    await close();
    throw outcome.reason;
  }
  for (const { name, url } of running) neighbours[name] = url;
  return {
    urls: { ...neighbours },
    find(name) {
      const found = running.find((service) => service.name === name);
      if (!found) throw new Error(`There is no service ${name}.`);
      return found;
    },
    close,
  };
}
