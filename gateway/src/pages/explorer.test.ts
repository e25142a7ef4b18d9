import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../gateway.ts";
import { type Shop, startShop } from "../testing/shop.ts";

let shop: Shop;
let gateway: Gateway;

beforeAll(async () => {
  shop = await startShop();
  const explorer = { title: "Shop", examples: [{ name: "Products", query: "{ products { name } }" }] };
  gateway = await startGateway({ supergraph: { sdl: shop.supergraph }, port: 0, logLevel: "silent", explorer });
});
afterAll(async () => {
  await gateway.close();
  await shop.close();
});

test("the page and all that it loads come from the gateway, under a policy that forbids anything else", async () => {
  const page = await fetch(gateway.url);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'self'/);
  const addresses = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
  expect(addresses.length).toBeGreaterThan(2);
  for (const address of [
    ...addresses,
    ...["editor", "json", "graphql"].map((worker) => `/explorer/${worker}.worker.js`),
  ]) {
    expect({ address, status: (await fetch(gateway.url + address)).status }).toEqual({ address, status: 200 });
  }
});

test("the page is told what it explores; without demonstration people there is nobody to sign in as", async () => {
  expect(await (await fetch(`${gateway.url}/explorer/settings.json`)).json()).toEqual({
    title: "Shop",
    path: "/graphql",
    signIn: false,
    examples: [{ name: "Products", query: "{ products { name } }" }],
  });
});

test("it can be switched off", async () => {
  const plain = await startGateway({
    supergraph: { sdl: shop.supergraph },
    port: 0,
    logLevel: "silent",
    explorer: false,
  });
  expect((await fetch(plain.url)).status).toBe(404);
  await plain.close();
});
