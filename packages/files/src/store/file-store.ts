import type { Readable } from "node:stream";

/** Where contents are kept. A key is written once and never changed. */
export interface FileStore {
  /** Keeps the content of a local file; once it returns, the content survives a power cut. */
  keep(key: string, file: string): Promise<void>;
  /** Null when nothing is kept under the key. */
  read(key: string): Promise<Readable | null>;
  /** Nothing happens when nothing is kept under the key. */
  remove(key: string): Promise<void>;
}
