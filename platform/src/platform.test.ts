import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startGateway } from "@psqm/gateway/gateway";
import { Client } from "pg";
import { demonstrationState } from "./demo/demonstration-mark.ts";
import { GraphOf } from "./demo/graph.ts";
import { gatewaySettings } from "./gateway-settings.ts";
import { openPlatform } from "./platform.ts";

let dataDir: string;
beforeAll(async () => {
  delete process.env["DATABASE_URL"];
  dataDir = await mkdtemp(join(tmpdir(), "psqm-platform-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const flags = () => ({ dataDir, port: 0, fresh: false, date: "2026-11-22" });

test("a demonstration that was cut short begins again, is whole in the end, and is not played twice", async () => {
  const stop = new AbortController();
  const cut = new AsyncDisposableStack();
  const write = process.stderr.write;
  // The progress says where the year is: that is when to cut it.
  process.stderr.write = ((text: string) => {
    if (text.includes("Playing")) setTimeout(() => stop.abort(new Error("cut short")), 400);
    return true;
  }) as typeof process.stderr.write;
  try {
    await expect(openPlatform(flags(), cut, { signal: stop.signal, fail: fault })).rejects.toThrow("cut short");
    await cut.disposeAsync();

    for (const _start of ["the one that plays it", "the one that finds it"]) {
      await using open = new AsyncDisposableStack();
      const platform = await openPlatform(flags(), open, { signal: new AbortController().signal, fail: fault });
      expect(await demonstrationState(platform.database.adminUrl)).toBe("whole");
      const gateway = await startGateway(gatewaySettings(platform.services.urls, platform.secrets, 0), {
        log: platform.log,
      });
      open.defer(() => gateway.close());
      const ask = new GraphOf(gateway.url).as("felix");
      const { invoices, earnings } = await ask(
        "{ invoices(first: 10) { nodes { totalPence state } } earnings(first: 10) { nodes { kind amountPence } } }",
      );
      const byPence = (a: { totalPence: number }, b: { totalPence: number }) => a.totalPence - b.totalPence;
      expect(invoices.nodes.sort(byPence)).toEqual([
        { totalPence: 62_500, state: "PAID" },
        { totalPence: 92_500, state: "ISSUED" },
      ]);
      expect(earnings.nodes).toHaveLength(2);
    }
  } finally {
    process.stderr.write = write;
  }
});

test("where people are whom no demonstration has made, none is played", async () => {
  await using open = new AsyncDisposableStack();
  const write = process.stderr.write;
  process.stderr.write = (() => true) as typeof process.stderr.write;
  try {
    const platform = await openPlatform(flags(), open, { signal: new AbortController().signal, fail: fault });
    const client = new Client({ connectionString: platform.database.adminUrl });
    await client.connect();
    await client.query("delete from platform.demonstration");
    await client.end();
    expect(await demonstrationState(platform.database.adminUrl)).toBe("unwanted");
  } finally {
    process.stderr.write = write;
  }
});

function fault(error: Error): never {
  throw error;
}
