import { runSubgraph } from "@psqm/subgraph/main";
import { assessment } from "./service.ts";

await runSubgraph(assessment);
