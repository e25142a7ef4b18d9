import type { Scanner } from "./scanner.ts";

/** The test string of EICAR, which every scanner finds and which harms nobody; in two halves, so that none finds this. */
const EICAR = Buffer.from(["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join(""));

/** Finds EICAR's test string and nothing else: for demonstrations and tests. */
export const demonstrationScanner: Scanner = {
  async scan(content) {
    let before = Buffer.alloc(0);
    for await (const chunk of content) {
      const bytes = Buffer.concat([before, chunk as Buffer]);
      if (bytes.includes(EICAR)) return "Eicar-Test-Signature";
      before = bytes.subarray(-EICAR.length);
    }
    return null;
  },
};
