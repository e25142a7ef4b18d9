import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import { ConfigurationError, type SupergraphSource } from "../configuration.ts";
import { buildSupergraph, type Supergraph } from "./supergraph.ts";

// Polling, because watching the file itself loses it when it is replaced by a rename, as editors and mounts do.
const POLL_MS = 1_000;

type Listener = (supergraph: Supergraph) => void;

/** Makes a new supergraph ready while the old one is served. @returns how many operations it is ready for */
type Prepare = (before: Supergraph, after: Supergraph) => Promise<number>;

/**
 * The supergraph served now. A changed file replaces it, in one step, when it is valid and prepared; an invalid or
 * vanished one is reported and the old one goes on serving.
 */
export class LiveSupergraph {
  #current: Supergraph;
  readonly #source: SupergraphSource;
  readonly #log: Logger;
  readonly #prepare: Prepare;
  readonly #isHidden: boolean;
  readonly #listeners = new Set<Listener>();
  #reloading: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param isHidden whether clients are told nothing of the schema that they do not know */
  constructor(
    source: SupergraphSource,
    { log, prepare, isHidden = false }: { log: Logger; prepare: Prepare; isHidden?: boolean },
  ) {
    this.#source = source;
    this.#log = log;
    this.#prepare = prepare;
    this.#isHidden = isHidden;
    this.#current = buildSupergraph("file" in source ? readAtStart(source.file) : source.sdl, isHidden);
    if ("file" in source) {
      watchFile(source.file, { interval: POLL_MS, persistent: false }, this.#changed);
    }
  }

  get current(): Supergraph {
    return this.#current;
  }

  /** Calls back just before each replacement; a listener that throws refuses it. */
  onReplaced(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    if ("file" in this.#source) unwatchFile(this.#source.file, this.#changed);
    this.#listeners.clear();
  }

  // One after the other: a file that changes while another version is prepared is read when that one is served.
  #changed = (): void => {
    this.#reloading = this.#reloading.then(() => this.#reload());
  };

  async #reload(): Promise<void> {
    if (this.#closed || !("file" in this.#source)) return;
    const { file } = this.#source;
    try {
      const sdl = await readFile(file, "utf8");
      if (sdl === this.#current.sdl) return;
      const next = buildSupergraph(sdl, this.#isHidden);
      const operations = await this.#prepare(this.#current, next);
      if (this.#closed) return;
      for (const listener of this.#listeners) listener(next);
      this.#current = next;
      this.#log.info(
        { file, operations, subgraphs: this.#current.subgraphs.map(({ name }) => name) },
        "serving a new supergraph",
      );
    } catch (error) {
      this.#log.error(
        { file, reason: (error as Error).message },
        "the new supergraph is refused, the old one goes on serving",
      );
    }
  }
}

function readAtStart(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "does not exist"
        : `cannot be read (${(error as Error).message})`;
    throw new ConfigurationError(`The supergraph file ${file} ${why}. Give the path of a composed supergraph.`);
  }
}
