import type { Caller } from "@psqm/events/transact";
import { Refusal } from "@psqm/refusal/refusal";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { type RowOutcome, readCsv } from "../csv/read-csv.ts";
import { participantsOf, registerAttendance } from "./register-attendance.ts";
import { seesRegister } from "./session.policy.ts";
import { NotAParticipant, readMinutes } from "./session.rules.ts";
import { Session } from "./session.ts";

/** A person stands in the file twice. */
class TwiceInFile extends Refusal {
  constructor(personId: string) {
    super("TWICE_IN_FILE", `${personId} stands in the file before. Leave one of the rows.`, { personId });
  }
}

/** What becomes of a row that holds beside one that does not. */
const heldUp = {
  code: "HELD_UP",
  message:
    "This row holds, but another one does not, so nobody was registered. Correct the others and send the file again.",
};

/**
 * A session's register by a file with the columns `person` (id) and `minutes` (empty for the whole session). All of it or
 * nothing: who is not named is absent, so with a row that cannot be nobody is registered, and each such row is answered.
 * @returns an answer for each row; when any is refused, nothing was changed
 * @throws BadInput for a file that is no such CSV, or has none or more than 5,000 rows
 * @throws NotFound, Forbidden, SessionCancelled, SessionNotBegun as the register itself would
 */
export async function registerAttendanceFromCsv(
  caller: Caller,
  { sessionId, csv, dryRun }: { sessionId: string; csv: string; dryRun: boolean },
): Promise<RowOutcome[]> {
  const rows = readCsv(csv, ["person", "minutes"]);
  const em = caller.em.fork();
  const session = requireSeen(seesRegister, caller.viewer, await em.findOne(Session, sessionId), "session", sessionId);
  requireAllowed(seesRegister, caller.viewer, session, "registerAttendance");
  const participants = await participantsOf(em, session);
  const seen = new Set<string>();
  const present: { personId: string; minutes: number }[] = [];
  const outcomes = rows.map(({ line, cells: { person: personId, minutes } }): RowOutcome => {
    try {
      if (!participants.has(personId)) throw new NotAParticipant([personId]);
      if (seen.has(personId)) throw new TwiceInFile(personId);
      present.push({ personId, minutes: readMinutes(minutes === "" ? null : Number(minutes), session.minutes) });
      seen.add(personId);
      return { line, code: null, message: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { line, code: error.code, message: error.message };
    }
  });
  if (present.length < rows.length)
    return outcomes.map((outcome) => (outcome.code ? outcome : { ...outcome, ...heldUp }));
  if (!dryRun) await registerAttendance(caller, { sessionId, present });
  return outcomes;
}
