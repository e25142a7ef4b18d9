import { join } from "node:path";

/** Where the demonstration keeps its files, and that it scans them for nothing but the test string of all scanners. */
export const fileSettings = (dataDir: string): Record<string, string> => ({
  FILES_FOLDER: join(dataDir, "files"),
  FILES_SCANNER: "demonstration",
});
