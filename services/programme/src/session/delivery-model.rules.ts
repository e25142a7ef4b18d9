import type { Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";
import type { Milestone, MilestoneKey } from "../calendar/calendar.rules.ts";

/** How a round's training is given: three models stand in the documents (C2), a round pins one. */
export enum DeliveryModel {
  TwoDays = "TWO_DAYS",
  FourSessions = "FOUR_SESSIONS",
  SixSessions = "SIX_SESSIONS",
}

/** The rules version that a model is pinned as. */
export const versionOfModel: Readonly<Record<DeliveryModel, string>> = {
  [DeliveryModel.TwoDays]: "two-days",
  [DeliveryModel.FourSessions]: "four-sessions",
  [DeliveryModel.SixSessions]: "six-sessions",
};

export class DeliveryModelNotInForce extends Refusal {
  constructor(model: DeliveryModel, day: Day) {
    super(
      "DELIVERY_MODEL_NOT_IN_FORCE",
      `${model} is not among the delivery models in force on ${day}, when the round begins. Choose another one.`,
      { model, day },
    );
  }
}

interface UnitRule {
  name: string;
  /** What attending it whole counts as CPD. */
  minutes: number;
  /** The calendar's row that it stands in; null for one between the first and the last. */
  key: MilestoneKey | null;
}

/**
 * Only document 002 says how long training takes: six sessions, 12 hours in all, which it also calls "equivalent 2 days".
 * The models of document 001 share out the same 12 hours (ours).
 */
const unitRules: Readonly<Record<string, readonly UnitRule[]>> = {
  "two-days": [
    { name: "Day 1", minutes: 360, key: "SESSION_1" },
    { name: "Day 2", minutes: 360, key: "SESSION_4" },
  ],
  "four-sessions": [
    { name: "Session 1", minutes: 180, key: "SESSION_1" },
    { name: "Session 2", minutes: 180, key: "SESSION_2" },
    { name: "Session 3", minutes: 180, key: "SESSION_3" },
    { name: "Session 4", minutes: 180, key: "SESSION_4" },
  ],
  "six-sessions": [
    { name: "Session 1", minutes: 120, key: "SESSION_1" },
    { name: "Session 2", minutes: 120, key: null },
    { name: "Session 3", minutes: 120, key: null },
    { name: "Session 4", minutes: 120, key: null },
    { name: "Session 5", minutes: 120, key: null },
    { name: "Session 6", minutes: 120, key: "SESSION_4" },
  ],
};

/** One of the parts that a round's training has; every one of them is compulsory (document 002, "compulsory training"). */
export interface TrainingUnit extends UnitRule {
  /** From 1. */
  number: number;
  /** London days between which it is held: the widest of both calendars (C3). */
  from: Day;
  until: Day;
}

/**
 * The units of a delivery model in a round's calendar. Where no calendar has a row for a unit, it may be held from the
 * first day of the first to the last day of the last (ours).
 * @param version as pinned by the round
 */
export function trainingUnits(version: string, milestones: readonly Milestone[]): TrainingUnit[] {
  const rules = rulesOf(version);
  const rowsOf = (keys: readonly (MilestoneKey | null)[]) => milestones.filter(({ key }) => keys.includes(key));
  return rules.map((rule, at) => {
    const rows = rowsOf(rule.key ? [rule.key] : ["SESSION_1", "SESSION_4"]);
    const from = rows.map((row) => row.from).sort()[0];
    const until = rows
      .map((row) => row.until)
      .sort()
      .at(-1);
    if (from === undefined || until === undefined) throw new Error(`The calendar has no day for ${rule.name}.`);
    return { ...rule, number: at + 1, from, until };
  });
}

/** A round's calendar without the rows of sessions that its delivery model does not have. */
export function rowsOfModel(version: string, milestones: readonly Milestone[]): Milestone[] {
  const held = rulesOf(version).map(({ key }) => key);
  return milestones.filter(({ key }) => !key.startsWith("SESSION_") || held.includes(key));
}

function rulesOf(version: string): readonly UnitRule[] {
  const rules = unitRules[version];
  if (!rules) throw new Error(`The delivery model "${version}" was pinned, but nobody knows it any more.`);
  return rules;
}
