import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Scanner } from "./scanner.ts";

const PATIENCE_MS = 60_000;

/**
 * ClamAV's daemon, over TCP, by its command INSTREAM (clamd(8)): chunks, each behind its length as 32 bits, an empty one
 * at the end; the answer is `stream: OK` or `stream: NAME FOUND`.
 */
export function clamdScanner({ host, port }: { host: string; port: number }): Scanner {
  return {
    async scan(content) {
      const socket = connect({ host, port });
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("clamd does not answer")));
      try {
        await once(socket, "connect");
        const answer = read(socket);
        // It may answer before it has heard everything, and close: then the answer counts, not the broken pipe.
        const said = pipeline(framed(content), socket, { end: false });
        const text = await Promise.race([answer, said.then(() => answer)]).catch(() => answer);
        return verdict(text);
      } finally {
        socket.destroy();
      }
    },
  };
}

async function* framed(content: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from("zINSTREAM\0");
  for await (const chunk of content) {
    const bytes = chunk as Buffer;
    if (bytes.length > 0) yield Buffer.concat([lengthOf(bytes.length), bytes]);
  }
  yield lengthOf(0);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

async function read(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    text += chunk as string;
    if (text.includes("\0")) break;
  }
  return text.replaceAll("\0", "").trim();
}

function verdict(answer: string): string | null {
  if (answer === "stream: OK") return null;
  const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  if (found) return found;
  throw new Error(`clamd could not scan: ${answer || "it closed the connection"}`);
}
