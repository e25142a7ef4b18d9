import { crc32 } from "node:zlib";
import jpeg from "jpeg-js";
import piexif from "piexifjs";

/** A small photograph as a telephone makes it: with the place (53.5° N, 0.5° W), the camera's name and which way up. */
export function photograph({ orientation, xmp = false }: { orientation: number; xmp?: boolean }): Buffer {
  const data = Buffer.alloc(16 * 8 * 4, 255);
  for (let at = 0; at < data.length; at += 4) data.writeUInt32BE((at * 2_654_435_761) % 2 ** 32, at);
  const bare = jpeg.encode({ data, width: 16, height: 8 }, 90).data.toString("latin1");
  const exif = piexif.dump({
    "0th": { [piexif.ImageIFD.Make]: "Hull", [piexif.ImageIFD.Orientation]: orientation },
    Exif: { [piexif.ExifIFD.DateTimeOriginal]: "2026:09:14 10:00:00" },
    GPS: {
      [piexif.GPSIFD.GPSLatitudeRef]: "N",
      [piexif.GPSIFD.GPSLatitude]: piexif.GPSHelper.degToDmsRational(53.5),
      [piexif.GPSIFD.GPSLongitudeRef]: "W",
      [piexif.GPSIFD.GPSLongitude]: piexif.GPSHelper.degToDmsRational(0.5),
    },
  });
  const picture = Buffer.from(piexif.insert(exif, bare), "latin1");
  return xmp ? Buffer.concat([picture.subarray(0, 2), xmpSegment(), picture.subarray(2)]) : picture;
}

const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="53,30N" exif:GPSLongitude="0,30W"/>' +
  "</rdf:RDF></x:xmpmeta>";

function xmpSegment(): Buffer {
  const content = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${XMP}`);
  const head = Buffer.from("ffe10000", "hex");
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** A PNG of one grey pixel that tells its place in a text. */
export function pngWithPlace(): Buffer {
  const [signature, size] = [Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("00000001000000010800000000", "hex")];
  const pixel = Buffer.from("789c6360000000020001", "hex");
  return Buffer.concat([
    signature,
    chunk("IHDR", size),
    chunk("tEXt", Buffer.from(`XML:com.adobe.xmp\0${XMP}`)),
    chunk("IDAT", pixel),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
