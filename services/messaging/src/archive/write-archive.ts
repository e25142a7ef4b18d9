import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { StoredFile } from "@psqm/files/file";
import type { Files } from "@psqm/files/files";
import { makeZip } from "client-zip";
import { CompactSign } from "jose";
import type { Access } from "../safety/access.ts";
import { transcript } from "../safety/safety.loader.ts";
import type { ArchiveKey } from "./archive-key.ts";

const PAGE = 500;

interface Entry {
  name: string;
  bytes: number;
  sha256: string;
}

export interface ArchiveSources {
  em: SqlEntityManager;
  files: Pick<Files, "store">;
  key: ArchiveKey;
  now: Date;
}

/**
 * A conversation as a ZIP: `messages.jsonl`, a message a line as the programme team reads it; its files; `manifest.json`,
 * which names every entry with its SHA-256, who opened the conversation and why; and `manifest.jws`, the manifest signed
 * (JWS in compact form, EdDSA). It is written while it is read: nothing of it is held as a whole.
 */
export function writeArchive(access: Access, sources: ArchiveSources): Readable {
  return Readable.fromWeb(makeZip(entries(access, sources)) as ReadableStream);
}

async function* entries(access: Access, { em, files, key, now }: ArchiveSources) {
  const { conversation } = access;
  const listed: Entry[] = [];
  const attached: StoredFile[] = [];
  yield { name: "messages.jsonl", input: summed(listed, "messages.jsonl", lines(em, conversation.id, attached)) };
  for (const { id, name, storageKey } of attached) {
    const content = storageKey && (await files.store.read(storageKey));
    if (content) yield { name: `files/${id}/${name}`, input: summed(listed, `files/${id}/${name}`, content) };
  }
  const manifest = JSON.stringify(
    {
      conversationId: conversation.id,
      enrolmentId: conversation.enrolmentId,
      archivedAt: now,
      openedBy: access.openedBy,
      openedAt: access.openedAt,
      reason: access.reason,
      entries: listed,
    },
    null,
    2,
  );
  yield { name: "manifest.json", input: manifest };
  const signed = new CompactSign(Buffer.from(manifest));
  const header = { alg: "EdDSA", ...(key.publicKey.kid && { kid: key.publicKey.kid }) };
  yield { name: "manifest.jws", input: await signed.setProtectedHeader(header).sign(key.privateKey) };
}

/** Passes a content on, and lists it once all of it has passed. */
async function* summed(listed: Entry[], name: string, content: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of content) {
    const part = chunk as Uint8Array;
    hash.update(part);
    bytes += part.length;
    yield part;
  }
  listed.push({ name, bytes, sha256: hash.digest("hex") });
}

async function* lines(
  em: SqlEntityManager,
  conversationId: string,
  attached: StoredFile[],
): AsyncGenerator<Uint8Array> {
  for (let after = 0, more = true; more; ) {
    const page = await transcript(em, conversationId, { after, limit: PAGE });
    const found = await em
      .fork()
      .find(StoredFile, { attachedTo: { $in: page.map(({ messageId }) => messageId) } }, { orderBy: { id: "asc" } });
    attached.push(...found);
    const text = page.map((line) => {
      const files = found.filter(({ attachedTo }) => attachedTo === line.messageId);
      return `${JSON.stringify({ ...line, files: files.map(({ id, name }) => `files/${id}/${name}`) })}\n`;
    });
    if (text.length > 0) yield Buffer.from(text.join(""));
    after = page.at(-1)?.sequence ?? after;
    more = page.length === PAGE;
  }
}
