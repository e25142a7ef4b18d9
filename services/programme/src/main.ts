import { runSubgraph } from "@psqm/subgraph/main";
import { programme } from "./service.ts";

await runSubgraph(programme);
