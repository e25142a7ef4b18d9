import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { countPlacesTaken } from "../hub/count-places-taken.ts";
import { type GridReference, gridReference } from "../hub/grid-reference.rules.ts";
import { Hub } from "../hub/hub.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { allocate, type Proposal } from "./allocation.rules.ts";

/** A hub for every school that waits for a place in the round, who registered first being served first. Five SQL. */
export async function proposalsFor(em: SqlEntityManager, roundId: string): Promise<Proposal[]> {
  const waiting = await em.find(
    Enrolment,
    { roundId, state: EnrolmentState.Registered },
    { orderBy: { registeredAt: "asc", id: "asc" } },
  );
  const hubs = await em.find(Hub, {});
  const taken = await countPlacesTaken(
    em,
    hubs.map(({ id }) => id),
  );
  const places = await placesOfSchools(em, [
    ...waiting.map(({ schoolId }) => schoolId),
    ...hubs.flatMap(({ baseSchoolId }) => baseSchoolId ?? []),
  ]);
  return allocate(
    waiting.map(({ id, schoolId, preferredHubId }) => ({
      enrolmentId: id,
      at: places.get(schoolId) ?? null,
      preferredHubId: preferredHubId ?? null,
    })),
    hubs.map(({ id, name, capacity, baseSchoolId }) => ({
      id,
      name,
      capacity,
      at: places.get(baseSchoolId ?? "") ?? null,
      placesLeft: Math.max(capacity - (taken.get(id) ?? 0), 0),
    })),
  );
}

/** Where schools are, as far as the register says. One SQL. */
export async function placesOfSchools(
  em: SqlEntityManager,
  schoolIds: readonly string[],
): Promise<Map<string, GridReference>> {
  const schools = await em.find(SchoolRecord, { id: { $in: [...new Set(schoolIds)] } });
  return new Map(
    schools.flatMap((school) => {
      const at = gridReference(school);
      return at ? [[school.id, at] as const] : [];
    }),
  );
}
