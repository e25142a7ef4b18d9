import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** Ours: enough for a photographed display or a set of slides. */
export const LARGEST_FILE_BYTES = 25 * 1024 * 1024;
/** Ours: to one message, or one piece of evidence. */
const MOST_FILES = 10;
/** Files that one person has asked room for and attached to nothing. */
export const MOST_WAITING = 20;
const LONGEST_NAME = 200;
/** For how long a file may be put under the path that was given for it. */
export const UPLOAD_MINUTES = 15;
/** For how long a link to a file answers, to whoever may still see the file. */
export const LINK_MINUTES = 15;
/** After how long a file that was attached to nothing is thrown away. */
export const WAITING_HOURS = 24;

/** Where a file is on its way to whoever may read it. */
export enum FileState {
  Waiting = "WAITING",
  Quarantined = "QUARANTINED",
  Clean = "CLEAN",
  Refused = "REFUSED",
}

export class FileTooLarge extends Refusal {
  constructor(bytes: number) {
    super("FILE_TOO_LARGE", `A file has at most 25 MB (${LARGEST_FILE_BYTES} bytes); this has ${bytes} or more.`, {
      largest: LARGEST_FILE_BYTES,
    });
  }
}

export class FileTypeRefused extends Refusal {
  constructor(name: string, found: string) {
    super(
      "FILE_TYPE_REFUSED",
      `What is in "${name}" is ${found}. Pictures (JPEG, PNG), PDF, office documents (docx, xlsx, pptx, odt, ods, odp) and plain text (txt, csv) are taken, under the ending of their kind.`,
    );
  }
}

export class ChecksumMismatch extends Refusal {
  constructor(expected: string, came: string) {
    super(
      "CHECKSUM_MISMATCH",
      `The file was announced with SHA-256 ${expected}, and what came has ${came}. Put it again, whole.`,
      { expected, came },
    );
  }
}

export class UploadIncomplete extends Refusal {
  constructor(expected: number, came: number) {
    super(
      "UPLOAD_INCOMPLETE",
      `The file was announced with ${expected} bytes, and ${came} came. Put it again, whole, or ask for another upload.`,
      { expected, came },
    );
  }
}

export class UploadUsed extends Refusal {
  constructor() {
    super("UPLOAD_USED", "This path has taken its file; nothing more can be put there. Ask for another upload.");
  }
}

export class UploadExpired extends Refusal {
  constructor() {
    super("UPLOAD_EXPIRED", `A file can be put for ${UPLOAD_MINUTES} minutes after it was asked. Ask again.`);
  }
}

export class UploadMissing extends Refusal {
  constructor() {
    super("UPLOAD_MISSING", "The file has not come yet. Put it under `putPath` first, then confirm.");
  }
}

export class UploadsFull extends Refusal {
  constructor() {
    super(
      "UPLOADS_FULL",
      `You have ${MOST_WAITING} files that are attached to nothing. Attach them first; what is not attached within ${WAITING_HOURS} hours is thrown away.`,
    );
  }
}

export class FileRefused extends Refusal {
  constructor(found: string) {
    super("FILE_REFUSED", `The scanner has found something harmful in this file (${found}). It was not kept.`);
  }
}

export class FileNotReady extends Refusal {
  constructor() {
    super("FILE_NOT_READY", "This file is in quarantine until it has been scanned. Try again in a moment.");
  }
}

export class FileAttached extends Refusal {
  constructor() {
    super("FILE_ATTACHED", "This file is attached to something else already. Upload it again to send it again.");
  }
}

export class LinkExpired extends Refusal {
  constructor() {
    super("LINK_EXPIRED", `A link to a file answers for ${LINK_MINUTES} minutes. Read \`downloadPath\` again.`);
  }
}

/** What somebody says of a file before they put it. */
export interface AnnouncedFile {
  name: string;
  bytes: number;
  /** Of its content, in hexadecimal. */
  sha256: string;
}

/**
 * What is announced, as it is kept: the checksum in small letters.
 * @throws BadInput for a name, size or checksum that is none; FileTooLarge (FILE_TOO_LARGE)
 */
export function announced({ name, bytes, sha256 }: AnnouncedFile): AnnouncedFile {
  const characters = [...name].length;
  // Marks that turn the direction of writing make "gpj.exe" look like "exe.jpg".
  if (characters < 1 || characters > LONGEST_NAME || !name.isWellFormed() || /[\p{Cc}\p{Bidi_C}/\\]/u.test(name)) {
    throw new BadInput(
      "A file's `name` has 1 to 200 characters, no slash and no control character: its own name, without folders.",
    );
  }
  if (!Number.isInteger(bytes) || bytes < 1) throw new BadInput(`A file has 1 byte or more; this has ${bytes}.`);
  if (bytes > LARGEST_FILE_BYTES) throw new FileTooLarge(bytes);
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new BadInput("A `sha256` is 64 hexadecimal digits.");
  return { name, bytes, sha256: sha256.toLowerCase() };
}

/** The ids of files to attach, each once. Throws BadInput for more than ten. */
export function filesToAttach(ids: readonly string[]): string[] {
  const once = [...new Set(ids)];
  if (once.length > MOST_FILES) {
    throw new BadInput(
      `At most ${MOST_FILES} files go together; these are ${once.length}. Send the others after them.`,
    );
  }
  return once;
}

interface Kind {
  mediaType: string;
  endings: readonly string[];
}

/** What a file may be, by what its content was found to be (sniffed) and by the endings that such a file may bear. */
const KINDS: readonly Kind[] = [
  { mediaType: "image/jpeg", endings: ["jpg", "jpeg"] },
  { mediaType: "image/png", endings: ["png"] },
  { mediaType: "application/pdf", endings: ["pdf"] },
  { mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", endings: ["docx"] },
  { mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", endings: ["xlsx"] },
  { mediaType: "application/vnd.openxmlformats-officedocument.presentationml.presentation", endings: ["pptx"] },
  { mediaType: "application/vnd.oasis.opendocument.text", endings: ["odt"] },
  { mediaType: "application/vnd.oasis.opendocument.spreadsheet", endings: ["ods"] },
  { mediaType: "application/vnd.oasis.opendocument.presentation", endings: ["odp"] },
];
const TEXTS: readonly Kind[] = [
  { mediaType: "text/plain", endings: ["txt"] },
  { mediaType: "text/csv", endings: ["csv"] },
];

/**
 * What a file is, from what its content was found to be and the ending of its name, which have to agree.
 * @param sniffed the media type that the content's first bytes give away, if they do
 * @param isText whether all of the content is UTF-8 text without control characters
 * @throws FileTypeRefused (FILE_TYPE_REFUSED)
 */
export function mediaTypeOf(name: string, sniffed: string | undefined, isText: boolean): string {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const kinds = sniffed ? KINDS.filter(({ mediaType }) => mediaType === sniffed) : isText ? TEXTS : [];
  const kind = kinds.find(({ endings }) => endings.includes(ending));
  if (!kind) throw new FileTypeRefused(name, sniffed ?? (isText ? "plain text" : "of no known kind"));
  return kind.mediaType;
}

/** Pictures tell where they were taken; what was taken out of them is said in picture.ts. */
export const isPicture = (mediaType: string): boolean => mediaType.startsWith("image/");
