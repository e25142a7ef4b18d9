import { defineConfig } from "@graphql-hive/gateway";

/** What ours does too: the header is passed on, nothing is cached, and nothing is reported. */
export const gatewayConfig = defineConfig({
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get("authorization");
      return authorization ? { authorization } : {};
    },
  },
  transportEntries: {
    // On unless it is turned off: identical subgraph calls of different requests are then sent once.
    "*.http": { options: { deduplicateInflightRequests: process.env.HIVE_DEDUPLICATES === "yes" } },
  },
});
