import { rm } from "node:fs/promises";
import { kept } from "./test-server.ts";

export default async function stopTestServer(): Promise<void> {
  const { server, dataDir } = kept();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
