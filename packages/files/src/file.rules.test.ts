import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { announced, filesToAttach, LARGEST_FILE_BYTES, mediaTypeOf } from "./file.rules.ts";

const sha256 = "ab".repeat(32);

test("a file is announced with its own name, its size and its checksum", () => {
  const given = { name: "Science week – Jahrgang 3 😀.pdf", bytes: 1, sha256: sha256.toUpperCase() };
  expect(announced(given)).toEqual({ ...given, sha256 });
  expect(announced({ ...given, bytes: LARGEST_FILE_BYTES }).bytes).toBe(26_214_400);
});

test.each([
  ["no name", { name: "" }, "BAD_USER_INPUT"],
  ["a name of 201 characters", { name: "x".repeat(201) }, "BAD_USER_INPUT"],
  ["a folder", { name: "../etc/passwd.txt" }, "BAD_USER_INPUT"],
  ["a folder of Windows", { name: "c:\\a.txt" }, "BAD_USER_INPUT"],
  ["a NUL", { name: "a\0.pdf" }, "BAD_USER_INPUT"],
  ["a mark that turns the writing round", { name: "photo\u202Egpj.exe" }, "BAD_USER_INPUT"],
  ["half an emoji", { name: "\uD83D.pdf" }, "BAD_USER_INPUT"],
  ["nothing in it", { bytes: 0 }, "BAD_USER_INPUT"],
  ["26 MB", { bytes: 26 * 1024 * 1024 }, "FILE_TOO_LARGE"],
  ["one byte too many", { bytes: LARGEST_FILE_BYTES + 1 }, "FILE_TOO_LARGE"],
  ["a checksum of another kind", { sha256: "ab".repeat(20) }, "BAD_USER_INPUT"],
])("a file with %s is refused", (_, wrong, code) => {
  expect(() => announced({ name: "a.pdf", bytes: 1, sha256, ...wrong })).toThrow(expect.objectContaining({ code }));
});

test.each([
  ["photo.JPG", "image/jpeg", false, "image/jpeg"],
  ["photo.jpeg", "image/jpeg", false, "image/jpeg"],
  ["plan.pdf", "application/pdf", false, "application/pdf"],
  ["marks.csv", undefined, true, "text/csv"],
  ["notes.txt", undefined, true, "text/plain"],
])("%s that holds %s is taken", (name, sniffed, isText, mediaType) => {
  expect(mediaTypeOf(name, sniffed, isText)).toBe(mediaType);
});

test.each([
  ["an executable renamed .pdf", "invoice.pdf", "application/x-msdownload", false],
  ["an ELF executable", "invoice", "application/x-elf", false],
  ["a script renamed .pdf", "invoice.pdf", undefined, true],
  ["a picture renamed .pdf", "invoice.pdf", "image/png", false],
  ["a page for a browser", "page.html", undefined, true],
  ["a drawing that may hold scripts", "drawing.svg", "application/xml", false],
  ["bytes that nobody knows", "notes.txt", undefined, false],
  ["a name without an ending", "notes", undefined, true],
])("%s is refused", (_, name, sniffed, isText) => {
  expect(() => mediaTypeOf(name, sniffed, isText)).toThrow(expect.objectContaining({ code: "FILE_TYPE_REFUSED" }));
});

test("ten files go together, each once, and no more", () => {
  const ids = Array.from({ length: 10 }, (_, n) => `fil_${n}`);
  expect(filesToAttach([...ids, ...ids])).toEqual(ids);
  expect(() => filesToAttach([...ids, "fil_10"])).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});

test("whatever name is taken has no slash, no control character and at most 200 characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
      try {
        announced({ name, bytes: 1, sha256 });
      } catch (error) {
        return (error as { code?: string }).code === "BAD_USER_INPUT";
      }
      return /^[^/\\\p{Cc}]{1,200}$/u.test(name);
    }),
  );
});
