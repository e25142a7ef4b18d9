import { runSubgraph } from "@psqm/subgraph/main";
import { messaging } from "./service.ts";

await runSubgraph(messaging);
