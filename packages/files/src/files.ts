import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { Refusal } from "@psqm/refusal/refusal";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import { type Links, signedLinks } from "./links.ts";
import type { Scanner } from "./scanner/scanner.ts";
import { type FileKeeping, fileKeeping } from "./settings.ts";
import type { FileStore } from "./store/file-store.ts";
import { sweepFiles } from "./sweep-files.ts";

const SWEEP_MS = 60_000;

export class FilesOff extends Refusal {
  constructor() {
    super(
      "FILES_OFF",
      "No place for files is set up here: the service wants FILES_FOLDER or FILES_S3_ENDPOINT, and FILES_SCANNER.",
    );
  }
}

/** A service's files: where they are kept, what scans them, and the paths to them. */
export interface Files extends Closable {
  links: Links;
  /** @throws FilesOff (FILES_OFF) */
  readonly store: FileStore;
  /** @throws FilesOff (FILES_OFF) */
  readonly scanner: Scanner;
  /** Looks after what is due, as it does by itself every minute. */
  sweep(): Promise<void>;
}

/**
 * Opens a service's files as its environment says, and scans and throws away in the background what is due.
 * @throws Misconfigured (MISCONFIGURED)
 */
export function openFiles(
  service: string,
  {
    settings,
    signingSecret,
    clock,
    database,
    log,
  }: Pick<Deps, "settings" | "signingSecret" | "clock" | "database" | "log">,
): Files {
  const keeping = fileKeeping(settings);
  const on = (): FileKeeping => {
    if (!keeping) throw new FilesOff();
    return keeping;
  };
  const files = {
    links: signedLinks({ service, signingSecret, clock }),
    get store() {
      return on().store;
    },
    get scanner() {
      return on().scanner;
    },
  };
  const sweep = () => sweepFiles({ em: database.em.fork() as SqlEntityManager, files, now: clock(), log });
  let sweeping: Promise<void> = Promise.resolve();
  const timer =
    keeping &&
    setInterval(() => {
      sweeping = sweeping
        .then(sweep)
        // Not the error itself: a failed statement holds the names of files.
        .catch((error: { code?: unknown }) =>
          log.warn({ code: error.code }, "files that are due could not be looked after"),
        );
    }, SWEEP_MS);
  return Object.assign(files, {
    sweep,
    async close() {
      if (timer) clearInterval(timer);
      await sweeping;
    },
  });
}
