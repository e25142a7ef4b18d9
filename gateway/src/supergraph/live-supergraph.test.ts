import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../gateway.ts";
import { ask, pause } from "../testing/ask.ts";
import { composed, type Shop, startShop } from "../testing/shop.ts";
import { buildSupergraph, InvalidSupergraph } from "./supergraph.ts";

let shop: Shop;
let gateway: Gateway;
const folder = mkdtempSync(path.join(tmpdir(), "gateway-"));
const file = path.join(folder, "supergraph.graphql");

beforeAll(async () => {
  shop = await startShop();
  writeFileSync(file, composed([shop.accounts, shop.products]));
  gateway = await startGateway({ supergraph: { file }, port: 0, logLevel: "silent" });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
  rmSync(folder, { recursive: true });
});

/** As careful deployments do: written aside, then put in place in one step. */
function replace(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const knowsReviews = async () => !(await ask(gateway.url, "{ me { reviews { body } } }")).errors;

async function within(ms: number, what: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await pause(50)) if (await what()) return true;
  return false;
}

test("a changed file is served without a restart and without a failed request; a broken one changes nothing", async () => {
  expect(await knowsReviews()).toBe(false);
  let answers = 0;
  const failures: unknown[] = [];
  let stop = false;
  const client = async (number: number) => {
    while (!stop) {
      // A new text every so often, so that there is planning on both sides of every change.
      const text = `{ me { name } products { name n${number}x${answers % 50}: upc } }`;
      const { status, errors } = await ask(gateway.url, text).catch((error) => ({ status: 0, errors: [error] }));
      answers += 1;
      if (status !== 200 || errors) failures.push({ status, errors });
      await pause(5);
    }
  };
  const traffic = Promise.all(Array.from({ length: 4 }, (_, number) => client(number)));

  replace(shop.supergraph);
  expect(await within(5_000, knowsReviews)).toBe(true);
  replace("type Query { oops: Nonsense }");
  await pause(1_500);
  expect(await knowsReviews()).toBe(true);
  rmSync(file);
  await pause(1_500);
  expect(await knowsReviews()).toBe(true);
  replace(composed([shop.accounts, shop.products]));
  expect(await within(5_000, async () => !(await knowsReviews()))).toBe(true);

  stop = true;
  await traffic;
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(100);
});

test.each([
  ["no GraphQL", "hello {"],
  ["an ordinary schema", "type Query { me: String }"],
  ["nothing", " "],
])("%s is no supergraph, and the reason is said", (_what, text) => {
  expect(() => buildSupergraph(text)).toThrow(InvalidSupergraph);
  expect(() => buildSupergraph(text)).toThrow(/not a supergraph that can be served: .+Federation 2 composition/s);
});
