import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { graphql } from "graphql";
import { subgraphSchemas } from "./graph.ts";
import { HttpMessages } from "./http-messages.ts";

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
        messageOf(JSON.stringify(result)),
      );
      prepared.set(text, answer);
    }
    return answer;
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const requests = new HttpMessages(async (_head, body) => socket.write(await answerTo(body.toString())));
    socket.on("data", (piece) => requests.push(piece));
    // Whoever is measured may leave as it likes.
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
function messageOf(body: string): Buffer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

process.send?.(urls);
process.on("disconnect", () => process.exit());
