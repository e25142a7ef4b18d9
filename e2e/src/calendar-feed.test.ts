import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn } from "./graph-client.ts";
import { type RunningPlatform, startPlatform, temporaryFolder } from "./running-platform.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let platform: RunningPlatform;

beforeAll(async () => {
  folder = await temporaryFolder();
  platform = await startPlatform("start:services", folder.path);
});

afterAll(async () => {
  await platform.stop();
  await folder.remove();
});

test("a calendar program reads a person's feed at the gateway with nothing but its path, until it is revoked", async () => {
  const sam = await signIn(platform.origin, "sam.subject@psqm.example");
  const { makeCalendarFeed } = await sam.get("mutation { makeCalendarFeed { path } }");
  const read = () => fetch(new URL(makeCalendarFeed.path, platform.origin));
  const answer = await read();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
  expect((await answer.text()).match(/^SUMMARY:Submit reflections with supporting evidence/gm)).toHaveLength(1);
  await sam.get("mutation { revokeCalendarFeed { madeAt } }");
  expect((await read()).status).toBe(404);
  await sam.close();
});
