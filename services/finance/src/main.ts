import { runSubgraph } from "@psqm/subgraph/main";
import { finance } from "./service.ts";

await runSubgraph(finance);
