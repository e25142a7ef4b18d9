import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { Refusal } from "@psqm/refusal/refusal";
import exifBeGone from "exif-be-gone";
import exifr from "exifr";

// Its types say that the class is its `default`; what it exports is the class itself.
const ExifTransformer = exifBeGone as unknown as typeof exifBeGone.default;

export class PictureTellsPlace extends Refusal {
  constructor(name: string) {
    super(
      "PICTURE_TELLS_PLACE",
      `Where "${name}" was taken is written in it in a way that could not be taken out. Save the picture again without its location, or send a screenshot of it.`,
    );
  }
}

/**
 * Takes out of a picture (JPEG or PNG) what tells where, when and with what it was taken: Exif, XMP and texts; its pixels
 * stay as they are, and so does which way up it is. What is left is read again, by another library, before it is trusted.
 * @param file of this machine; it is overwritten
 * @throws PictureTellsPlace (PICTURE_TELLS_PLACE) when a place is left in it all the same
 */
export async function takePlaceOut(file: string, mediaType: string, name: string): Promise<void> {
  const taken = await readFile(file);
  const orientation = mediaType === "image/jpeg" ? await readOrientation(taken) : 1;
  const transformer = new ExifTransformer();
  transformer.end(taken);
  const bare = await buffer(transformer);
  if (await tellsPlace(bare)) throw new PictureTellsPlace(name);
  await writeFile(file, orientation === 1 ? bare : turned(bare, orientation));
}

/** 1 to 8 (Exif 2.32, tag 274): 1 for the right way up, and for a picture that does not say. */
async function readOrientation(picture: Buffer): Promise<number> {
  const said = await exifr.orientation(picture).catch(() => undefined);
  return said !== undefined && said >= 1 && said <= 8 ? said : 1;
}

async function tellsPlace(picture: Buffer): Promise<boolean> {
  const everything = {
    tiff: true,
    exif: true,
    gps: true,
    xmp: true,
    iptc: true,
    mergeOutput: true,
    multiSegment: true,
  };
  const told: Record<string, unknown> = (await exifr.parse(picture, everything).catch(() => undefined)) ?? {};
  return Object.keys(told).some((tag) => /gps|latitude|longitude|location|city|sub-?location/i.test(tag));
}

/** A JPEG with Exif of one tag, which way up it is, behind its first marker. */
function turned(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from(
    "ffe10022457869660000" + // APP1 of 34 bytes, "Exif"
      "4d4d002a00000008" + // big-endian TIFF, its first directory behind this head
      "0001011200030000000100000000" + // one entry: tag 274, a short, one of it, its value
      "00000000", // no further directory
    "hex",
  );
  exif.writeUInt16BE(orientation, 28);
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}
