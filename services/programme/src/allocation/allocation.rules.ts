import { NotFound, Refusal } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import { assertPlaceLeft, EnrolmentState, enrolmentTransitions } from "../enrolment/enrolment.rules.ts";
import { distanceMetres, type GridReference } from "../hub/grid-reference.rules.ts";

/** A registered school that waits for a place; {@link allocate} serves those who asked first. */
export interface WaitingSchool {
  enrolmentId: string;
  at: GridReference | null;
  /** Where it would like a place. */
  preferredHubId: string | null;
}

export interface HubWithPlaces {
  id: string;
  name: string;
  at: GridReference | null;
  capacity: number;
  /** How many places are left; never below 0. */
  placesLeft: number;
}

/** What is proposed for one school: a hub, or none because none has a place left. */
export interface Proposal {
  enrolmentId: string;
  hubId: string | null;
  /** As the crow flies; null where one of the two places is not known. */
  distanceMetres: number | null;
  /** Why this hub, or why none. */
  reason: string;
}

/**
 * A hub that is full counts as this much further away than an empty one, so that of two that are about as near the
 * emptier one is proposed (ours).
 */
const LOAD_METRES = 20_000;

/** Where the distance is not known, a hub counts as further away than any place in England. */
const UNKNOWN_METRES = 1_000_000;

/**
 * Proposes a hub for every school, in the order given: the one that it prefers while that has a place, else the nearest,
 * counting how full it is. A person decides; this only proposes.
 * @returns one proposal for each school, in the same order; together they take no more places than there are
 */
export function allocate(schools: readonly WaitingSchool[], hubs: readonly HubWithPlaces[]): Proposal[] {
  const left = new Map(hubs.map(({ id, placesLeft }) => [id, placesLeft]));
  const byId = new Map(hubs.map((hub) => [hub.id, hub]));
  return schools.map((school) => {
    const preferred = school.preferredHubId === null ? undefined : byId.get(school.preferredHubId);
    const wanted = preferred && (left.get(preferred.id) ?? 0) > 0;
    const chosen = wanted ? preferred : nearest(school, hubs, left);
    if (!chosen) {
      return { enrolmentId: school.enrolmentId, hubId: null, distanceMetres: null, reason: "No hub has a place left." };
    }
    const places = left.get(chosen.id) ?? 0;
    left.set(chosen.id, places - 1);
    return {
      enrolmentId: school.enrolmentId,
      hubId: chosen.id,
      distanceMetres: distanceMetres(school.at, chosen.at),
      reason: wanted ? "The school would like a place there." : reasonOf(school, chosen, places),
    };
  });
}

function nearest(
  { at }: WaitingSchool,
  hubs: readonly HubWithPlaces[],
  left: ReadonlyMap<string, number>,
): HubWithPlaces | undefined {
  let best: { hub: HubWithPlaces; cost: number } | undefined;
  for (const hub of hubs) {
    const places = left.get(hub.id) ?? 0;
    if (places <= 0) continue;
    const load = 1 - places / hub.capacity;
    const cost = (distanceMetres(at, hub.at) ?? UNKNOWN_METRES) + load * LOAD_METRES;
    if (!best || cost < best.cost || (cost === best.cost && hub.id < best.hub.id)) best = { hub, cost };
  }
  return best?.hub;
}

function reasonOf({ at }: WaitingSchool, hub: HubWithPlaces, places: number): string {
  const metres = distanceMetres(at, hub.at);
  const room = `${places} of ${hub.capacity} places left`;
  return metres === null
    ? `Its distance is not known; ${room}.`
    : `${(metres / 1000).toFixed(1)} km away, ${room}; near and not full.`;
}

/** What a person wants to offer. */
export interface WantedPlace {
  enrolmentId: string;
  hubId: string;
}

/** What becomes of it: offered, or refused with a code and a sentence. */
export interface PlaceVerdict extends WantedPlace {
  refusal: { code: string; message: string } | null;
}

/**
 * Judges a batch of offers one after the other, each as a single one would be after those before it that hold. Whatever is
 * asked for, no hub gets more schools than it has places, and no school two.
 * @param states of the enrolments that there are
 * @param taken places by hub
 */
export function judgePlaces(
  places: readonly WantedPlace[],
  states: ReadonlyMap<string, EnrolmentState>,
  hubs: ReadonlyMap<string, { name: string; capacity: number }>,
  taken: ReadonlyMap<string, number>,
): PlaceVerdict[] {
  const [stateNow, takenNow] = [new Map(states), new Map(taken)];
  return places.map((place) => {
    const { enrolmentId, hubId } = place;
    try {
      const [state, hub] = [stateNow.get(enrolmentId), hubs.get(hubId)];
      if (!state) throw new NotFound("enrolment", enrolmentId);
      if (!hub) throw new NotFound("hub", hubId);
      assertTransition("enrolment", enrolmentTransitions, state, EnrolmentState.Offered);
      assertPlaceLeft(hub, takenNow.get(hubId) ?? 0);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return { ...place, refusal: { code: refusal.code, message: refusal.message } };
    }
    stateNow.set(enrolmentId, EnrolmentState.Offered);
    takenNow.set(hubId, (takenNow.get(hubId) ?? 0) + 1);
    return { ...place, refusal: null };
  });
}
