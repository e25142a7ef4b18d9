import { expect, test } from "@jest/globals";
import { parsePostmasterFile } from "./postmaster-file.ts";

const whole = "4711\n/data\n1700000000\n5433\n\n127.0.0.1\n  1234  5\n";

test.each([
  ["nothing yet", "", undefined],
  ["only the process", "4711\n/data\n", undefined],
  ["starting", `${whole}starting\n`, { pid: 4711, port: 5433, ready: false }],
  ["ready, padded with a blank", `${whole}ready   \n`, { pid: 4711, port: 5433, ready: true }],
  ["stopping", `${whole}stopping\n`, { pid: 4711, port: 5433, ready: false }],
  ["a single-user server's negative number", whole.replace("4711", "-4711"), undefined],
])("postmaster.pid: %s", (_title, text, expected) => {
  expect(parsePostmasterFile(text)).toEqual(expected);
});
