import { openAsBlob } from "node:fs";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { S3mini } from "s3mini";
import type { FileStore } from "./file-store.ts";

export interface S3Settings {
  /** With the bucket in its path, e.g. `https://s3.eu-west-2.amazonaws.com/psqm-files`. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Contents in a bucket of anything that speaks Amazon S3's protocol: for any number of machines. */
export function s3Store(settings: S3Settings): FileStore {
  const s3 = new S3mini(settings);
  return {
    async keep(key, file) {
      await s3.putObject(key, await openAsBlob(file));
    },
    async read(key) {
      const answer = await s3.getObjectResponse(key);
      return answer?.body ? Readable.fromWeb(answer.body as ReadableStream) : null;
    },
    async remove(key) {
      await s3.deleteObject(key);
    },
  };
}
