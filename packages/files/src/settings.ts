import { Misconfigured } from "@psqm/subgraph/config";
import { z } from "zod";
import { clamdScanner } from "./scanner/clamd-scanner.ts";
import { demonstrationScanner } from "./scanner/demonstration-scanner.ts";
import type { Scanner } from "./scanner/scanner.ts";
import { diskStore } from "./store/disk-store.ts";
import type { FileStore } from "./store/file-store.ts";
import { s3Store } from "./store/s3-store.ts";

const together = "is needed with FILES_S3_ENDPOINT";
const environment = z
  .object({
    FILES_FOLDER: z.string().min(1).optional(),
    FILES_S3_ENDPOINT: z
      .url({ protocol: /^https?$/, error: "wants an address with the bucket in its path" })
      .optional(),
    FILES_S3_REGION: z.string().min(1).default("auto"),
    FILES_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
    FILES_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
    FILES_SCANNER: z
      .string()
      .regex(/^(demonstration|tcp:\/\/[^/:]+:\d+)$/, 'wants "tcp://host:3310" for ClamAV\'s clamd, or "demonstration"')
      .optional(),
  })
  .superRefine((env, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    if (env.FILES_FOLDER && env.FILES_S3_ENDPOINT) refuse("FILES_FOLDER", "or FILES_S3_ENDPOINT: one of the two");
    if (env.FILES_S3_ENDPOINT && !env.FILES_S3_ACCESS_KEY_ID) refuse("FILES_S3_ACCESS_KEY_ID", together);
    if (env.FILES_S3_ENDPOINT && !env.FILES_S3_SECRET_ACCESS_KEY) refuse("FILES_S3_SECRET_ACCESS_KEY", together);
    if ((env.FILES_FOLDER || env.FILES_S3_ENDPOINT) && !env.FILES_SCANNER) {
      refuse("FILES_SCANNER", "is needed where files are kept: nobody reads a file that was not scanned");
    }
  });

/** Where files are kept and what scans them. */
export interface FileKeeping {
  store: FileStore;
  scanner: Scanner;
}

/**
 * Reads how files are kept from a service's environment.
 * @returns null where no place is named: this service takes no files then
 * @throws Misconfigured (MISCONFIGURED), naming every variable that is missing or wrong
 */
export function fileKeeping(env: Readonly<Record<string, string | undefined>>): FileKeeping | null {
  const read = environment.safeParse(env);
  if (!read.success) {
    throw new Misconfigured(read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  }
  const store = storeOf(read.data);
  const { FILES_SCANNER: scanner } = read.data;
  return store && scanner ? { store, scanner: scannerOf(scanner) } : null;
}

function storeOf(env: z.output<typeof environment>): FileStore | null {
  if (env.FILES_FOLDER) return diskStore(env.FILES_FOLDER);
  if (!env.FILES_S3_ENDPOINT) return null;
  return s3Store({
    endpoint: env.FILES_S3_ENDPOINT,
    region: env.FILES_S3_REGION,
    accessKeyId: env.FILES_S3_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.FILES_S3_SECRET_ACCESS_KEY ?? "",
  });
}

function scannerOf(named: string): Scanner {
  if (named === "demonstration") return demonstrationScanner;
  const { hostname, port } = new URL(named);
  return clamdScanner({ host: hostname, port: Number(port) });
}
