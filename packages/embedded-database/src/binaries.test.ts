import { mkdir, mkdtemp, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { linkMissingLibraries } from "./binaries.ts";

test("libraries that an install without scripts left out are gathered aside, once", async () => {
  const home = await mkdtemp(join(tmpdir(), "psqm-binaries-"));
  const libraries = join(home, "native", "lib");
  await mkdir(libraries, { recursive: true });
  await writeFile(join(libraries, "libicuuc.so.60.2"), "");
  const listing = [{ source: "native/lib/libicuuc.so.60.2", target: "native/lib/libicuuc.so.60" }];
  await writeFile(join(home, "native", "pg-symlinks.json"), JSON.stringify(listing));
  const aside = join(home, "aside");

  for (const _attempt of [1, 2])
    expect(await linkMissingLibraries({ initdb: "", postgres: "", libraries }, aside)).toBe(`${aside}:${libraries}`);
  expect(await readlink(join(aside, "libicuuc.so.60"))).toBe(join(libraries, "libicuuc.so.60.2"));

  await writeFile(join(libraries, "libicuuc.so.60"), "");
  expect(await linkMissingLibraries({ initdb: "", postgres: "", libraries }, aside)).toBeUndefined();
  await rm(home, { recursive: true });
});
