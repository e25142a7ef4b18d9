import { existsSync } from "node:fs";
import { LARGEST_FILE_BYTES } from "@psqm/files/file.rules";
import type { GatewayConfig } from "@psqm/gateway/configuration";
import { Refusal } from "@psqm/refusal/refusal";
import { explorerPages } from "./demo/explorer.ts";
import { partnerSupergraphFile, supergraphFile } from "./root.ts";
import type { Secrets } from "./secrets.ts";
import { subgraphs } from "./subgraphs.ts";

export class SchemaMissing extends Refusal {
  constructor(file: string) {
    super("SCHEMA_MISSING", `${file} is missing: it belongs to the checkout. Write it with: npm run schema`);
  }
}

/** The gateway as the demonstration wants it: built-in sign-in, people's viewer, the partners' graph, the explorer. */
export function gatewaySettings(urls: Record<string, string>, secrets: Secrets, port: number): GatewayConfig {
  for (const file of [supergraphFile, partnerSupergraphFile]) if (!existsSync(file)) throw new SchemaMissing(file);
  return {
    supergraph: { file: supergraphFile },
    partner: { supergraph: { file: partnerSupergraphFile } },
    port,
    subgraphUrls: urls,
    passages,
    signingSecret: secrets.signing,
    identity: { viewerUrl: viewerUrl(urls) },
    demoIssuer: { secret: secrets.demoIssuer },
    explorer: explorerPages,
    // Whoever tries the graph sees what an operation costs; without budgets, because nobody is to be stopped trying.
    cost: { shown: true },
  };
}

/** Calendar programs, readers of mail and files of 25 MB at most come in here; the gateway does not know what for. */
const passages: Record<string, { subgraph: string; putBytes?: number }> = {
  "/calendar/": { subgraph: "programme" },
  "/files/messaging/": { subgraph: "messaging", putBytes: LARGEST_FILE_BYTES },
  ...Object.fromEntries(
    subgraphs.filter(({ mailTopics }) => mailTopics).map(({ name }) => [`/mail/${name}/`, { subgraph: name }]),
  ),
};

/** The same as a process of its own is told it. */
export const passagesVariable = Object.entries(passages)
  .map(([path, passage]) => [path, Object.values(passage).join(":")].join("="))
  .join(",");

export function viewerUrl(urls: Record<string, string>): string {
  return new URL("/identity/viewer", urls["people"]).href;
}
