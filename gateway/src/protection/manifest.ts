import { z } from "zod";

/** Documents by the id under which clients ask for them. */
export type Manifest = ReadonlyMap<string, string>;

const apollo = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
/** As the Relay compiler writes its persisted queries. */
const relay = z.record(z.string().min(1), z.string().min(1));

/**
 * Reads a manifest in Apollo's format or Relay's.
 *
 * @throws Error saying what is wrong, when it is neither, or one id stands for two documents
 */
export function readManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is no JSON: ${(error as Error).message}`);
  }
  const isApollos = typeof json === "object" && json !== null && "format" in json && !Array.isArray(json);
  const read = isApollos ? apollo.safeParse(json) : relay.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(
      `it is neither Apollo's manifest of persisted queries nor Relay's map from id to document: ${issue?.path.join(".")} ${issue?.message}`,
    );
  }
  const entries = isApollos
    ? (read.data as z.output<typeof apollo>).operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(read.data as z.output<typeof relay>);
  const manifest = new Map<string, string>();
  for (const [id, document] of entries) {
    const other = manifest.get(id);
    if (other !== undefined && other !== document) throw new Error(`the id ${id} stands for two documents`);
    manifest.set(id, document);
  }
  return manifest;
}
