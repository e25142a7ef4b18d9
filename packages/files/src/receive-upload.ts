import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { contentType } from "./content-type.ts";
import {
  ChecksumMismatch,
  FileState,
  FileTooLarge,
  isPicture,
  LARGEST_FILE_BYTES,
  UploadIncomplete,
  UploadUsed,
} from "./file.rules.ts";
import { StoredFile } from "./file.ts";
import type { Files } from "./files.ts";
import { takePlaceOut } from "./picture.ts";
import { sha256Of } from "./sha256.ts";

/**
 * Takes the content of a file that room was asked for. What is refused leaves the path as it was: the right content may
 * still come, until the path expires; once a content was taken, none is any more.
 * @param token of the path that it was put under
 * @throws NotFound (NOT_FOUND), UploadExpired (UPLOAD_EXPIRED), UploadUsed (UPLOAD_USED), FileTooLarge (FILE_TOO_LARGE),
 *   UploadIncomplete (UPLOAD_INCOMPLETE), ChecksumMismatch (CHECKSUM_MISMATCH), FileTypeRefused (FILE_TYPE_REFUSED),
 *   PictureTellsPlace (PICTURE_TELLS_PLACE)
 */
export async function receiveUpload(
  caller: Caller,
  files: Files,
  token: string,
  content: Readable,
): Promise<StoredFile> {
  const { fileId, personId } = await files.links.read("put", token);
  const announced = await caller.em.fork().findOne(StoredFile, { id: fileId });
  if (!announced) throw new NotFound("file", fileId);
  if (announced.state !== FileState.Waiting) throw new UploadUsed();
  const folder = await mkdtemp(join(tmpdir(), "psqm-upload-"));
  try {
    const file = join(folder, "content");
    await write(content, file, announced);
    const mediaType = await contentType(file, announced.name);
    if (isPicture(mediaType)) await takePlaceOut(file, mediaType, announced.name);
    const kept = { mediaType, keptBytes: (await stat(file)).size, keptSha256: await sha256Of(file) };
    const storageKey = `${fileId}/${randomUUID()}`;
    await files.store.keep(storageKey, file);
    try {
      // For the audit: it was put by whoever was given the path.
      return await take({ ...caller, viewer: { ...caller.viewer, personId } }, fileId, { ...kept, storageKey });
    } catch (error) {
      await files.store.remove(storageKey);
      throw error;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes what comes to a local file, while it counts and sums up; no more than was announced. The request stays whole
 * when its content is refused: it has still to be answered.
 */
async function write(content: Readable, file: string, announced: StoredFile): Promise<void> {
  const { announcedBytes, announcedSha256 } = announced;
  const hash = createHash("sha256");
  let bytes = 0;
  await using handle = await open(file, "wx");
  for await (const chunk of content.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > LARGEST_FILE_BYTES) throw new FileTooLarge(bytes);
    if (bytes > announcedBytes) throw new UploadIncomplete(announcedBytes, bytes);
    hash.update(chunk as Buffer);
    await handle.write(chunk as Buffer);
  }
  if (bytes !== announcedBytes) throw new UploadIncomplete(announcedBytes, bytes);
  const came = hash.digest("hex");
  if (came !== announcedSha256) throw new ChecksumMismatch(announcedSha256, came);
}

type Kept = Pick<StoredFile, "mediaType" | "keptBytes" | "keptSha256" | "storageKey">;

/** Of two that are put under one path at a time, the first to come here is taken. */
function take(caller: Caller, fileId: string, kept: Kept): Promise<StoredFile> {
  return transact({ ...caller, em: caller.em.fork() }, "receiveUpload", fileId, async ({ em }) => {
    const file = await em.findOne(StoredFile, { id: fileId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!file) throw new NotFound("file", fileId);
    if (file.state !== FileState.Waiting) throw new UploadUsed();
    return em.assign(file, { ...kept, state: FileState.Quarantined });
  });
}
