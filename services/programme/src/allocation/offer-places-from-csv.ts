import type { Caller } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { type RowOutcome, readCsv } from "../csv/read-csv.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { Hub } from "../hub/hub.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import type { WantedPlace } from "./allocation.rules.ts";
import { offerPlaces } from "./offer-places.ts";

/**
 * Offers places by a file with the columns `urn` and `hub` (its name): every row that holds is offered, or would be by a
 * dry run, and every other is answered with its line and its reason.
 * @returns an answer for each row, in the order of the file
 * @throws BadInput for a file that is no such CSV, or has none or more than 5,000 rows
 * @throws NotFound for a round that is not there
 */
export async function offerPlacesFromCsv(
  caller: Caller,
  { roundId, csv, dryRun }: { roundId: string; csv: string; dryRun: boolean },
): Promise<RowOutcome[]> {
  const rows = readCsv(csv, ["urn", "hub"]);
  const em = caller.em.fork();
  if (!(await em.findOne(Round, roundId))) throw new NotFound("round", roundId);
  const schools = await em.find(SchoolRecord, { urn: { $in: rows.map(({ cells }) => cells.urn) } });
  const enrolments = await em.find(Enrolment, { roundId, schoolId: { $in: schools.map(({ id }) => id) } });
  const hubs = await em.find(Hub, { name: { $in: rows.map(({ cells }) => cells.hub) } });
  const urns = Map.groupBy(schools, ({ urn }) => urn);
  const bySchool = new Map(enrolments.map((enrolment) => [enrolment.schoolId, enrolment]));
  const byName = new Map(hubs.map((hub) => [hub.name, hub]));
  // A URN that was given again leads to two schools here; the one that is enrolled is meant.
  const enrolmentOf = (urn: string) =>
    (urns.get(urn) ?? []).map(({ id }) => bySchool.get(id)).find((enrolment) => enrolment !== undefined);
  const wanted = new Map<number, WantedPlace>();
  const outcomes = new Map<number, RowOutcome>();
  for (const { line, cells } of rows) {
    const [enrolment, hub] = [enrolmentOf(cells.urn), byName.get(cells.hub)];
    if (enrolment && hub) wanted.set(line, { enrolmentId: enrolment.id, hubId: hub.id });
    else if (enrolment) outcomes.set(line, { line, code: "UNKNOWN_HUB", message: `No hub is called "${cells.hub}".` });
    else {
      const message = `No school with the URN "${cells.urn}" is registered for this round.`;
      outcomes.set(line, { line, code: "UNKNOWN_URN", message });
    }
  }
  if (wanted.size > 0) {
    const verdicts = await offerPlaces(caller, { places: [...wanted.values()], dryRun });
    for (const [n, line] of [...wanted.keys()].entries()) {
      const refusal = verdicts[n]?.refusal ?? null;
      outcomes.set(line, { line, code: refusal?.code ?? null, message: refusal?.message ?? null });
    }
  }
  return rows.map(({ line }) => outcomes.get(line) ?? { line, code: null, message: null });
}
