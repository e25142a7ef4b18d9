import { subgraphSdl } from "@psqm/subgraph/schema";
import { parse } from "graphql";
import { subgraphs } from "../subgraphs.ts";
import { compose } from "./compose.ts";
import { contractOf } from "./contract.ts";

const publicTag = "public";
const header =
  "# Written by `npm run schema` from the services. Its diff is the review of the API: do not edit it here.\n\n";

/**
 * Everything that belongs into schema/, made from the code alone: no database, no network.
 *
 * @returns text by path within schema/
 * @throws {CompositionFailed}
 */
export function schemaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const parts = subgraphs.map((subgraph) => {
    const sdl = subgraphSdl(subgraph as never);
    files.set(`subgraphs/${subgraph.name}.graphql`, sdl);
    return { name: subgraph.name, url: `http://localhost:${subgraph.port}/graphql`, typeDefs: parse(sdl) };
  });
  const whole = compose("the graph", parts);
  files.set("supergraph.graphql", whole.supergraph);
  files.set("api.graphql", whole.api);

  const documents = contractOf(
    publicTag,
    parts.map(({ typeDefs }) => typeDefs),
  );
  const published = compose(
    `the partners' graph (what is tagged "${publicTag}")`,
    parts.map((part, index) => ({ ...part, typeDefs: documents[index] ?? part.typeDefs })),
  );
  files.set("partners/public.supergraph.graphql", published.supergraph);
  files.set("partners/public.graphql", published.api);
  return new Map([...files].map(([path, text]) => [path, `${header}${text.trimEnd()}\n`]));
}
