import type { Readable } from "node:stream";

/** Looks through a content for anything harmful. */
export interface Scanner {
  /**
   * @returns what was found, by the scanner's name for it, or null
   * @throws whatever kept it from looking: the content then stays in quarantine
   */
  scan(content: Readable): Promise<string | null>;
}
