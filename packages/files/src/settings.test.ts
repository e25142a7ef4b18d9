import { expect, test } from "@jest/globals";
import { fileKeeping } from "./settings.ts";

const s3 = {
  FILES_S3_ENDPOINT: "https://s3.example/files",
  FILES_S3_ACCESS_KEY_ID: "a",
  FILES_S3_SECRET_ACCESS_KEY: "b",
};
const scanner = { FILES_SCANNER: "tcp://clamd:3310" };

test("files are kept where the environment says, and nowhere when it says nothing", () => {
  expect(fileKeeping({})).toBeNull();
  expect(fileKeeping({ FILES_FOLDER: "/files", ...scanner })).not.toBeNull();
  expect(fileKeeping({ ...s3, FILES_SCANNER: "demonstration" })).not.toBeNull();
});

test.each([
  ["no scanner", { FILES_FOLDER: "/files" }, /FILES_SCANNER: is needed/],
  ["two places", { FILES_FOLDER: "/files", ...s3, ...scanner }, /FILES_FOLDER: or FILES_S3_ENDPOINT/],
  [
    "a bucket without keys",
    { FILES_S3_ENDPOINT: s3.FILES_S3_ENDPOINT, ...scanner },
    /ACCESS_KEY_ID: [\s\S]*SECRET_ACCESS_KEY: /,
  ],
  ["a scanner that is none", { FILES_FOLDER: "/files", FILES_SCANNER: "clamd" }, /FILES_SCANNER: wants/],
])("an environment with %s is refused", (_, env, message) => {
  expect(() => fileKeeping(env)).toThrow(
    expect.objectContaining({ code: "MISCONFIGURED", message: expect.stringMatching(message) }),
  );
});
