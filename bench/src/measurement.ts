import type { Figure } from "./figure.ts";

/** What `npm run bench -- NAME` runs. */
export interface Measurement {
  /** In a sentence. */
  about: string;
  /** Takes the figures; `say` is for whoever waits. */
  take(say: (words: string) => void): Promise<{ figures: Figure[]; details: unknown }>;
}
