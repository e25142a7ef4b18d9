import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { HttpMessages } from "./http-messages.ts";

const whole = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const chunked = (body: string) => {
  const pieces = body.match(/.{1,7}/gsu) ?? [];
  const chunks = pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`);
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`;
};

test("messages are found however their bytes are cut", () => {
  const message = fc.record({ body: fc.string({ unit: "grapheme" }), as: fc.constantFrom(whole, chunked) });
  fc.assert(
    fc.property(fc.array(message), fc.integer({ min: 1, max: 40 }), (messages, size) => {
      const bytes = Buffer.from(messages.map(({ body, as }) => as(body)).join(""));
      const found: string[] = [];
      const reader = new HttpMessages((head, body) => found.push(`${head.slice(9, 12)} ${body}`));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(found).toEqual(messages.map(({ body }) => `200 ${body}`));
    }),
  );
});

test("a message without a length is not guessed at", () => {
  expect(() => new HttpMessages(() => {}).push(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"))).toThrow(/how long/);
});
