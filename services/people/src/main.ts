import { runSubgraph } from "@psqm/subgraph/main";
import { people } from "./service.ts";

await runSubgraph(people);
