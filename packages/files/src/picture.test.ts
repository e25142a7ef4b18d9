import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import exifr from "exifr";
import jpeg from "jpeg-js";
import piexif from "piexifjs";
import { takePlaceOut } from "./picture.ts";
import { photograph, pngWithPlace } from "./testing/pictures.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psqm-picture-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function taken(picture: Buffer, mediaType: string): Promise<Buffer> {
  const file = join(folder, "picture");
  await writeFile(file, picture);
  await takePlaceOut(file, mediaType, "picture");
  return readFile(file);
}

test.each([1, 3, 6, 8])(
  "a photograph loses where it was taken and stays as it is, orientation %i and all",
  async (way) => {
    const before = photograph({ orientation: way });
    expect(await exifr.gps(before)).toEqual({ latitude: 53.5, longitude: expect.closeTo(-0.5) });
    const after = await taken(before, "image/jpeg");

    // Two other readers agree: no place, no camera, the same way up, the same pixels.
    expect(await exifr.gps(after)).toBeUndefined();
    const told = piexif.load(after.toString("latin1"));
    expect(told.GPS).toEqual({});
    expect(told.Exif).toEqual({});
    expect(told["0th"]).toEqual(way === 1 ? {} : { [piexif.ImageIFD.Orientation]: way });
    expect(after.includes("Hull")).toBe(false);
    expect(jpeg.decode(after).data.equals(jpeg.decode(before).data)).toBe(true);
  },
);

test("a photograph that tells its place in XMP too loses both", async () => {
  const after = await taken(photograph({ orientation: 1, xmp: true }), "image/jpeg");
  expect(after.includes("GPSLatitude")).toBe(false);
  expect(await exifr.parse(after, true)).not.toMatchObject({ latitude: expect.anything() });
});

test("a PNG loses its texts and its Exif", async () => {
  const before = pngWithPlace();
  expect(before.includes("GPSLatitude")).toBe(true);
  const after = await taken(before, "image/png");
  expect(after.includes("GPSLatitude")).toBe(false);
  expect(after.subarray(-12).toString("latin1")).toContain("IEND");
});

test("a picture whose place cannot be taken out is refused", async () => {
  // A segment of an unknown kind before the Exif: the first library passes over what follows it, the second does not.
  const picture = photograph({ orientation: 1 });
  const unknown = Buffer.concat([Buffer.from("ffe10040", "hex"), Buffer.alloc(62, "x")]);
  const odd = Buffer.concat([picture.subarray(0, 2), unknown, picture.subarray(2)]);
  await expect(taken(odd, "image/jpeg")).rejects.toMatchObject({ code: "PICTURE_TELLS_PLACE" });
});
