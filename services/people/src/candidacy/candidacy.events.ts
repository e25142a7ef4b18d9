import { eventType } from "@psqm/events/event";
import type { CandidacyState } from "./candidacy.rules.ts";
import type { CandidacyKind } from "./candidacy-kind.rules.ts";

/** A candidacy was handed in, taken up, sent back or decided; aggregate: the candidacy. Nothing that was written in it. */
export const candidacyMoved = eventType<{
  candidacyId: string;
  personId: string;
  kind: CandidacyKind;
  state: CandidacyState;
}>("candidacy.moved");
