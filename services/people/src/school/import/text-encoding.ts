import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { Refusal } from "@psqm/refusal/refusal";

export type TextEncoding = "UTF-8" | "Windows-1252";

/** What a pass over the whole file tells about its text. */
export interface TextShape {
  encoding: TextEncoding;
  bytes: number;
  /**
   * Whether the last line is complete. GIAS ends every line with CR LF; in such a file a last line without is cut off.
   * In files with plain LF, which people write by hand, the last line may go without.
   */
  endsComplete: boolean;
}

export class NotText extends Refusal {
  constructor(reason: string) {
    super(
      "NOT_A_TEXT_FILE",
      `The file cannot be read as CSV: ${reason}. GIAS publishes CSV in Windows-1252; UTF-8 is good too.`,
    );
  }
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads the file once to learn its encoding: UTF-8 where every byte fits it, else Windows-1252 (ISO-8859-1 with the
 * quotation marks that GIAS in truth uses). The whole file, because the first foreign letter may come late.
 * @throws NotText for UTF-16, for binary files, and for a byte order mark that the rest belies
 */
export async function textShapeOf(file: string): Promise<TextShape> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let fitsUtf8 = true;
  let bytes = 0;
  let hasBom = false;
  let firstLineEnd: "CRLF" | "LF" | undefined;
  let lastByte: number | undefined;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (bytes === 0) {
      hasBom = chunk.subarray(0, 3).equals(BOM);
      if ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)) {
        throw new NotText("it is UTF-16; save it as UTF-8");
      }
    }
    if (chunk.includes(0)) throw new NotText("it has zero bytes, so it is no text");
    const lf = firstLineEnd ? -1 : chunk.indexOf(LF);
    if (lf >= 0) firstLineEnd = (lf > 0 ? chunk[lf - 1] : lastByte) === CR ? "CRLF" : "LF";
    fitsUtf8 &&= decodes(utf8, chunk);
    bytes += chunk.length;
    lastByte = chunk.at(-1);
  }
  fitsUtf8 &&= decodes(utf8);
  if (hasBom && !fitsUtf8)
    throw new NotText("its byte order mark says UTF-8, but not all of it is; save it again as UTF-8");
  return {
    encoding: fitsUtf8 ? "UTF-8" : "Windows-1252",
    bytes,
    endsComplete: firstLineEnd !== "CRLF" || lastByte === LF || lastByte === CR,
  };
}

function decodes(utf8: TextDecoder, chunk?: Buffer): boolean {
  try {
    utf8.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}
