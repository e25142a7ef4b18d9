import { assessment } from "@psqm/assessment/service";
import { finance } from "@psqm/finance/service";
import { messaging } from "@psqm/messaging/service";
import { people } from "@psqm/people/service";
import { programme } from "@psqm/programme/service";
import type { Subgraph } from "@psqm/subgraph/subgraph";

/** The five, in the order in which they are shown. Each brings loaders of its own kind, which nobody here looks at. */
export const subgraphs = [people, programme, assessment, finance, messaging] as unknown as readonly Subgraph[];
