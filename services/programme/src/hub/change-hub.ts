import { LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { SchoolRecord } from "../school/school-record.ts";
import { countPlacesTaken } from "./count-places-taken.ts";
import { HubNameTaken, HubTooFull, readArea, readCapacity, readName } from "./hub.rules.ts";
import { Hub } from "./hub.ts";

export interface HubChange {
  hubId: string;
  name?: string | null;
  area?: string | null;
  capacity?: number | null;
  baseSchoolId?: string | null;
}

/**
 * Changes what is given of a hub and leaves the rest. Its lock makes this and an offer of its last place follow one
 * another.
 * @throws BadInput for a text or capacity that cannot be
 * @throws NotFound for a hub, or a school to base it at, that is not there
 * @throws HubTooFull for fewer places than are taken; HubNameTaken
 */
export async function changeHub(caller: Caller, change: HubChange): Promise<Hub> {
  const { hubId, baseSchoolId } = change;
  const name = change.name == null ? null : readName(change.name);
  const area = change.area == null ? null : readArea(change.area);
  const capacity = change.capacity == null ? null : readCapacity(change.capacity);
  try {
    return await transact(caller, "changeHub", hubId, async (tx) => {
      const hub = await tx.em.findOne(Hub, hubId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (!hub) throw new NotFound("hub", hubId);
      if (baseSchoolId != null && !(await tx.em.findOne(SchoolRecord, baseSchoolId))) {
        throw new NotFound("school", baseSchoolId);
      }
      if (capacity !== null) {
        const taken = (await countPlacesTaken(tx.em, [hubId])).get(hubId) ?? 0;
        if (capacity < taken) throw new HubTooFull(hub, capacity, taken);
      }
      hub.name = name ?? hub.name;
      hub.area = area ?? hub.area;
      hub.capacity = capacity ?? hub.capacity;
      hub.baseSchoolId = baseSchoolId ?? hub.baseSchoolId;
      return hub;
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new HubNameTaken(name ?? "");
    throw error;
  }
}
