import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import { Refusal } from "@psqm/refusal/refusal";
import { stripIgnoredCharacters } from "graphql";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { ConfigurationError, type TrustedDocumentsConfig } from "../configuration.ts";
import { type Manifest, readManifest } from "./manifest.ts";

/** A document that is not among those that this gateway runs. */
export class DocumentNotTrusted extends Refusal {
  constructor() {
    super(
      "DOCUMENT_NOT_TRUSTED",
      "Only operations of the manifest are run here, and this is none of them. Have it added, or send one that is.",
    );
  }
}

/** An id that stands for no document. */
export class DocumentNotFound extends Refusal {
  constructor() {
    super("DOCUMENT_NOT_FOUND", "No document of the manifest has this id. Send its text, or have it added.");
  }
}

// Polling, as for the supergraph: a watched file is lost when it is replaced.
const POLL_MS = 1_000;
// Texts that have been told already are not told again.
const TOLD = 1_000;

/**
 * The operations that clients were built with, from a manifest, which is read again when it changes; a broken one is
 * reported and the old one goes on. Asked for by id, or by their text, white space and commas aside.
 */
export class TrustedDocuments {
  readonly #config: TrustedDocumentsConfig;
  readonly #log: Logger;
  readonly #told = new LRUCache<string, true>({ max: TOLD });
  #manifest: Manifest;
  #texts: ReadonlySet<string>;

  /** @throws ConfigurationError when the file cannot be read, or is no manifest */
  constructor(config: TrustedDocumentsConfig, log: Logger) {
    this.#config = config;
    this.#log = log;
    try {
      this.#manifest = readManifest(readFileSync(config.file, "utf8"));
      this.#texts = textsOf(this.#manifest);
    } catch (error) {
      throw new ConfigurationError(`The manifest ${config.file} cannot be used: ${(error as Error).message}.`);
    }
    watchFile(config.file, { interval: POLL_MS, persistent: false }, this.#reload);
  }

  /** @returns undefined when there is no document of this id */
  find(id: string): string | undefined {
    return this.#manifest.get(id);
  }

  /**
   * @param text that a client sent, rather than an id
   * @throws DocumentNotTrusted where only trusted documents are run
   */
  judge(text: string): void {
    if (this.#texts.has(text) || this.#texts.has(stripped(text))) return;
    if (this.#config.mode === "enforce") throw new DocumentNotTrusted();
    if (this.#told.has(text)) return;
    this.#told.set(text, true);
    this.#log.warn(
      { document: text.slice(0, 2_000) },
      "an operation is not in the manifest; enforced, it would be refused",
    );
  }

  close(): void {
    unwatchFile(this.#config.file, this.#reload);
  }

  #reload = async (): Promise<void> => {
    const { file } = this.#config;
    try {
      const manifest = readManifest(await readFile(file, "utf8"));
      this.#texts = textsOf(manifest);
      this.#manifest = manifest;
      this.#told.clear();
      this.#log.info({ file, documents: manifest.size }, "trusting a new manifest");
    } catch (error) {
      const reason = (error as Error).message;
      this.#log.error({ file, reason }, "the new manifest is refused, the old one goes on");
    }
  };
}

/** @throws Error when one of them is no GraphQL */
function textsOf(manifest: Manifest): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const [id, text] of manifest) {
    try {
      texts.add(text).add(stripIgnoredCharacters(text));
    } catch (error) {
      throw new Error(`the document ${id} is no GraphQL: ${(error as Error).message}`);
    }
  }
  return texts;
}

function stripped(text: string): string {
  try {
    return stripIgnoredCharacters(text);
  } catch {
    return text;
  }
}
