import { join } from "node:path";

/** The checkout. */
export const root = join(import.meta.dirname, "..", "..");

export const defaultDataFolder = join(root, ".data");

export const supergraphFile = join(root, "schema", "supergraph.graphql");
export const partnerSupergraphFile = join(root, "schema", "partners", "public.supergraph.graphql");
