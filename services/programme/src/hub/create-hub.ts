import { UniqueConstraintViolationException } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { SchoolRecord } from "../school/school-record.ts";
import { hubCreated } from "./hub.events.ts";
import { type HubInput, HubKind, HubNameTaken, readHubInput } from "./hub.rules.ts";
import { Hub } from "./hub.ts";

/**
 * Makes a hub of this programme. The leader's appointment follows in people, which hears of the hub.
 * @throws BadInput for a text, capacity or leader that cannot be
 * @throws NotFound for a school to base it at that is not there
 * @throws HubNameTaken
 */
export async function createHub(caller: Caller, input: HubInput): Promise<Hub> {
  const { leaderId, ...parts } = readHubInput(input);
  const id = newId("hub");
  try {
    return await transact(caller, "createHub", id, async (tx) => {
      const { baseSchoolId } = parts;
      if (baseSchoolId != null && !(await tx.em.findOne(SchoolRecord, baseSchoolId))) {
        throw new NotFound("school", baseSchoolId);
      }
      const hub = tx.em.create(Hub, { id, ...parts, kind: HubKind.SciencePsqm, createdAt: tx.now });
      tx.emit(hubCreated, id, { hubId: id, name: hub.name, leaderId });
      return hub;
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new HubNameTaken(parts.name);
    throw error;
  }
}
