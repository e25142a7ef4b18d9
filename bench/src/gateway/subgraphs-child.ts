import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { graphql } from "graphql";
import { subgraphSchemas } from "./graph.ts";

/**
 * Serves the subgraphs and tells its parent their addresses. Each answer is worked out once and then kept as bytes: what is
 * measured is the gateways, and these must cost little beside them.
 */
const urls: Record<string, string> = {};
for (const [name, schema] of subgraphSchemas()) {
  const prepared = new Map<string, Promise<Buffer>>();
  const answerTo = (text: string): Promise<Buffer> => {
    let answer = prepared.get(text);
    if (!answer) {
      const { query, variables } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
      answer = graphql({ schema, source: query, variableValues: variables ?? null }).then((result) =>
        Buffer.from(JSON.stringify(result)),
      );
      prepared.set(text, answer);
    }
    return answer;
  };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", async () => {
      const answer = await answerTo(text);
      response.writeHead(200, { "content-type": "application/json", "content-length": answer.length }).end(answer);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
process.send?.(urls);
process.on("disconnect", () => process.exit());
