import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "./root.ts";

async function bootstrap(...args: string[]): Promise<{ code: number; said: string }> {
  const child = spawn("node", [join(root, "platform", "bootstrap.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

test.each([
  [["strat"], /no command "strat"/],
  [["start", "--colour"], /Unknown option '--colour'\.\nUsage: npm start/],
  [["start", "here"], /Unexpected argument 'here'/],
  [["start", "--port", "http"], /--port wants a number.*"http"/],
  [["start", "--port", "65536"], /--port wants a number/],
  [["start", "--date", "2026-02-30"], /--date wants a day as YYYY-MM-DD.*"2026-02-30"/],
  [["start", "--date", "tomorrow"], /--date wants a day/],
  [["start:services", "--date", "2026-10-05"], /Unknown option '--date'/],
  [["start", "--workers", "2"], /Unknown option '--workers'/],
  [["start:services", "--workers", "two"], /--workers wants the number.*"two"/],
  [["service"], /npm run service NAME, which is one of assessment, .*DATABASE_URL/],
  [["service", "poeple"], /which is one of/],
  [["schema", "--chekc"], /Unknown option '--chekc'/],
])("%j ends at once with a sentence and exit code 1", async (args, sentence) => {
  const { code, said } = await bootstrap(...args);
  expect(code).toBe(1);
  expect(said).toMatch(sentence);
  expect(said).not.toContain("    at ");
});

test("a port that is taken is named, with one that is free", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const { code, said } = await bootstrap("start", "--port", `${port}`);
  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`^Port ${port} is taken by another program.*--port \\d+\\.\n$`));
  other.close();
});
