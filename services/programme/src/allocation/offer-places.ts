import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Caller, transact } from "@psqm/events/transact";
import { BadInput } from "@psqm/refusal/refusal";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { moveEnrolment } from "../enrolment/move-enrolment.ts";
import { countPlacesTaken } from "../hub/count-places-taken.ts";
import { Hub } from "../hub/hub.ts";
import { judgePlaces, type PlaceVerdict, type WantedPlace } from "./allocation.rules.ts";

const MOST_AT_ONCE = 5_000;

/**
 * Offers many places at once: each that can be is made, each that cannot is answered with the reason, as a single offer
 * would be. Statements do not grow with their number, but for the steps that are written.
 * @param dryRun only says what would become of each; nothing is changed
 * @throws BadInput unless 1 to 5,000 are wanted
 */
export async function offerPlaces(
  caller: Caller,
  { places, dryRun }: { places: readonly WantedPlace[]; dryRun: boolean },
): Promise<PlaceVerdict[]> {
  if (places.length < 1 || places.length > MOST_AT_ONCE) {
    throw new BadInput(`1 to ${MOST_AT_ONCE} places are offered at once; these are ${places.length}.`);
  }
  if (dryRun) return (await judge(caller.em.fork(), places, {})).verdicts;
  return transact(caller, "offerPlaces", `${places.length} places`, async (tx) => {
    const { verdicts, enrolments } = await judge(tx.em, places, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    for (const { enrolmentId, hubId, refusal } of verdicts) {
      const enrolment = enrolments.get(enrolmentId);
      if (refusal || !enrolment) continue;
      enrolment.hubId = hubId;
      moveEnrolment(tx, enrolment, EnrolmentState.Offered);
    }
    return verdicts;
  });
}

/** Locked in the order enrolments, hubs, and within each by id, as everywhere: two batches at once follow one another. */
async function judge(
  em: SqlEntityManager,
  places: readonly WantedPlace[],
  lock: { lockMode?: LockMode.PESSIMISTIC_WRITE; refresh?: true },
): Promise<{ verdicts: PlaceVerdict[]; enrolments: Map<string, Enrolment> }> {
  const idsOf = (key: keyof WantedPlace) => [...new Set(places.map((place) => place[key]))];
  const found = await em.find(Enrolment, { id: { $in: idsOf("enrolmentId") } }, { ...lock, orderBy: { id: "asc" } });
  const hubs = await em.find(Hub, { id: { $in: idsOf("hubId") } }, { ...lock, orderBy: { id: "asc" } });
  const taken = await countPlacesTaken(em, idsOf("hubId"));
  const enrolments = new Map(found.map((enrolment) => [enrolment.id, enrolment]));
  const states = new Map(found.map(({ id, state }) => [id, state]));
  const verdicts = judgePlaces(places, states, new Map(hubs.map((hub) => [hub.id, hub])), taken);
  return { verdicts, enrolments };
}
