import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { clamdScanner } from "./clamd-scanner.ts";
import { demonstrationScanner } from "./demonstration-scanner.ts";
import type { Scanner } from "./scanner.ts";

const eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
const LIMIT = 1_000_000;
let clamd: Server;

/** Speaks INSTREAM as clamd(8) describes it: it knows EICAR, and closes after a stream that is larger than its limit. */
beforeAll(async () => {
  clamd = createServer((socket) => {
    let heard = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const command = "zINSTREAM\0";
      if (heard.length < command.length) return;
      if (heard.toString("latin1", 0, command.length) !== command) return socket.end("UNKNOWN COMMAND\0");
      let content = Buffer.alloc(0);
      for (let at = command.length; at + 4 <= heard.length; ) {
        const length = heard.readUInt32BE(at);
        if (length === 0) {
          return socket.end(content.includes(eicar) ? "stream: Eicar-Test-Signature FOUND\0" : "stream: OK\0");
        }
        if (content.length + length > LIMIT) return socket.end("INSTREAM size limit exceeded. ERROR\0");
        if (at + 4 + length > heard.length) return;
        content = Buffer.concat([content, heard.subarray(at + 4, at + 4 + length)]);
        at += 4 + length;
      }
      return;
    });
  });
  clamd.listen(0, "127.0.0.1");
  await once(clamd, "listening");
});
afterAll(() => void clamd.close());

const scanners: [string, () => Scanner][] = [
  ["the demonstration's scanner", () => demonstrationScanner],
  ["clamd", () => clamdScanner({ host: "127.0.0.1", port: (clamd.address() as AddressInfo).port })],
];

test.each(scanners)("%s lets through what is harmless and finds EICAR, however it is cut", async (_, scanner) => {
  expect(await scanner().scan(Readable.from([Buffer.from("A plan for Science week")]))).toBeNull();
  expect(await scanner().scan(Readable.from([]))).toBeNull();
  expect(await scanner().scan(Readable.from([Buffer.from(eicar)]))).toBe("Eicar-Test-Signature");
  const cut = [Buffer.alloc(70_000, "x"), ...[...eicar].map((letter) => Buffer.from(letter)), Buffer.from("x")];
  expect(await scanner().scan(Readable.from(cut))).toBe("Eicar-Test-Signature");
});

test("what clamd could not look through is not called clean", async () => {
  const [, scanner] = scanners[1]!;
  const large = Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(100_000)));
  await expect(scanner().scan(large)).rejects.toThrow("size limit exceeded");
});

test("a clamd that is not there is an error, not a verdict", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await expect(clamdScanner({ host: "127.0.0.1", port }).scan(Readable.from([]))).rejects.toThrow("ECONNREFUSED");
});
