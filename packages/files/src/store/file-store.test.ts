import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import S3rver from "@20minutes/s3rver";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { diskStore } from "./disk-store.ts";
import type { FileStore } from "./file-store.ts";
import { s3Store } from "./s3-store.ts";

const accessKeyId = "S3RVER";
const secretAccessKey = "S3RVER";
let folder: string;
let server: InstanceType<typeof S3rver>;
let endpoint: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psqm-stores-"));
  server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: join(folder, "s3"),
    configureBuckets: [{ name: "psqm-files" }],
  });
  const { port }: AddressInfo = await server.run();
  endpoint = `http://127.0.0.1:${port}/psqm-files`;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const stores: Record<string, () => FileStore> = {
  "a folder": () => diskStore(join(folder, "disk")),
  "an S3-compatible server": () => s3Store({ endpoint, region: "us-east-1", accessKeyId, secretAccessKey }),
};

describe.each(Object.entries(stores))("%s", (_, open) => {
  test.each([0, 1, 25 * 1024 * 1024])("gives back %i bytes as they were kept, until they are removed", async (size) => {
    const store = open();
    const content = randomBytes(size);
    const file = join(folder, "content");
    await writeFile(file, content);
    await store.keep(`fil_1/${size}`, file);
    const kept = await store.read(`fil_1/${size}`);
    expect(kept && (await buffer(kept)).equals(content)).toBe(true);
    await store.remove(`fil_1/${size}`);
    expect(await store.read(`fil_1/${size}`)).toBeNull();
    await store.remove(`fil_1/${size}`);
  });

  test("has nothing under a key that was never kept", async () => {
    expect(await open().read("fil_none/1")).toBeNull();
  });
});

test("a folder holds no half-written content under a content's name", async () => {
  const store = diskStore(join(folder, "whole"));
  await expect(store.keep("fil_2/1", join(folder, "missing"))).rejects.toThrow("ENOENT");
  expect(await readdir(join(folder, "whole", "fil_2"))).toEqual([]);
});

test("a bucket that does not take our key says so, and nothing counts as kept", async () => {
  const wrong = s3Store({ endpoint, region: "us-east-1", accessKeyId, secretAccessKey: "wrong" });
  const file = join(folder, "content");
  await writeFile(file, "x");
  await expect(wrong.keep("fil_3/1", file)).rejects.toThrow("403");
  expect(await stores["an S3-compatible server"]!().read("fil_3/1")).toBeNull();
});
