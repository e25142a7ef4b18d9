import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { type AnnouncedFile, announced, FileState, MOST_WAITING, UploadsFull } from "./file.rules.ts";
import { StoredFile, Upload } from "./file.ts";
import type { Files } from "./files.ts";

/**
 * Room for a file that is about to come. The owning service has decided that the caller may add files to the subject.
 * @param subject what it is for: an id of the owning service
 * @throws BadInput, FileTooLarge (FILE_TOO_LARGE), UploadsFull (UPLOADS_FULL), FilesOff (FILES_OFF)
 */
export async function askUpload(
  caller: Caller,
  files: Files,
  { subject, ...said }: AnnouncedFile & { subject: string },
): Promise<Upload> {
  const addedBy = caller.viewer.personId;
  if (addedBy === null) throw new Unauthenticated();
  const { name, bytes, sha256 } = announced(said);
  files.store;
  const file = await transact(caller, "askUpload", subject, async ({ em, now }) => {
    await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`uploads of ${addedBy}`]);
    const waiting = await em.count(StoredFile, { addedBy, attachedTo: null, state: { $ne: FileState.Refused } });
    if (waiting >= MOST_WAITING) throw new UploadsFull();
    return em.create(StoredFile, {
      id: newId("fil"),
      subject,
      addedBy,
      name,
      announcedBytes: bytes,
      announcedSha256: sha256,
      askedAt: now,
      state: FileState.Waiting,
    });
  });
  const { path, expiresAt } = await files.links.make("put", { fileId: file.id, personId: addedBy });
  return new Upload(file, path, expiresAt);
}
