import { createReadStream, openAsBlob } from "node:fs";
import { fileTypeFromBlob } from "file-type";
import { mediaTypeOf } from "./file.rules.ts";

/**
 * What a local file is, from its content; its name has to agree.
 * @throws FileTypeRefused (FILE_TYPE_REFUSED)
 */
export async function contentType(file: string, name: string): Promise<string> {
  const sniffed = await fileTypeFromBlob(await openAsBlob(file));
  return mediaTypeOf(name, sniffed?.mime, !sniffed && (await isText(file)));
}

async function isText(file: string): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of createReadStream(file)) {
      if (hasControls(decoder.decode(chunk as Buffer, { stream: true }))) return false;
    }
    return !hasControls(decoder.decode());
  } catch {
    return false;
  }
}

const hasControls = (text: string): boolean => /\p{Cc}/u.test(text.replace(/[\t\n\r\f]/g, ""));
