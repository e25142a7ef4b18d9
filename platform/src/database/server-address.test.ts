import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { adminUrl } from "@psqm/testing/test-server";
import { Client } from "pg";
import { checkServer, withoutPassword } from "./server-address.ts";

const powerless = "psqm_test_powerless";

async function asAdmin(text: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl() });
  await client.connect();
  await client.query(text);
  await client.end();
}

beforeAll(() => asAdmin(`drop role if exists ${powerless}; create role ${powerless} login password 'known'`));
afterAll(() => asAdmin(`drop role ${powerless}`));

function changed(change: (url: URL) => void): string {
  const url = new URL(adminUrl());
  change(url);
  return url.href;
}

test("a server that lets us make roles and schemas will do", async () => {
  await expect(checkServer(adminUrl())).resolves.toBeUndefined();
});

test.each([
  ["no address", () => "nonsense", /"nonsense".* not the address of a PostgreSQL database.* must look like/],
  ["another protocol", () => "http://localhost/db", /not the address of a PostgreSQL database/],
  ["no database in it", () => "postgres://user@localhost", /must look like postgres:/],
  [
    "a port where nothing listens",
    () =>
      changed((url) => {
        url.port = "1";
      }),
    /nothing listens there/,
  ],
  [
    "a host that is not there",
    () =>
      changed((url) => {
        url.hostname = "nowhere.invalid";
      }),
    /no host of that name/,
  ],
  [
    "a wrong password",
    () =>
      changed((url) => {
        url.password = "wrong";
      }),
    /refuses this user or password/,
  ],
  [
    "an unknown database",
    () =>
      changed((url) => {
        url.pathname = "/nowhere";
      }),
    /no database of that name/,
  ],
  [
    "a user who may make nothing",
    () =>
      changed((url) => {
        url.username = powerless;
        url.password = "known";
      }),
    /may not make roles and schemas.*CREATEROLE/,
  ],
])("DATABASE_URL with %s is refused in a sentence that shows no password", async (_title, url, sentence) => {
  const refusal = await checkServer(url()).catch((error: Error) => error.message);
  expect(refusal).toMatch(sentence);
  expect(refusal).not.toContain(new URL(adminUrl()).password);
  expect(refusal).not.toContain("known");
});

test("an address is shown without its password", () => {
  expect(withoutPassword("postgres://me:secret@host/db")).toBe("postgres://me:***@host/db");
});
