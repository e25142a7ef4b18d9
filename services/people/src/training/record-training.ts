import { LockMode } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { Person } from "../person/person.ts";
import { assertAttended, TrainingAlreadyRecorded, type TrainingKind, trainingNote } from "./training.rules.ts";
import { Training } from "./training.ts";

export interface TrainingAttended {
  personId: string;
  kind: TrainingKind;
  attendedOn: Day;
  note: string | null;
}

/**
 * Records that somebody attended a training.
 * @throws BadInput for a day that is yet to come, or too long a note
 * @throws NotFound for an unknown person
 * @throws TrainingAlreadyRecorded for the same kind on the same day
 */
export async function recordTraining(caller: Caller, input: TrainingAttended): Promise<Training> {
  const id = newId("trn");
  const { personId, kind, attendedOn } = input;
  const note = trainingNote(input.note);
  return transact(caller, "recordTraining", id, async (tx) => {
    assertAttended(attendedOn, tx.today);
    const person = await tx.em.findOne(Person, { id: personId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!person) throw new NotFound("person", personId);
    const known = await tx.em.findOne(Training, { personId, kind, attendedOn });
    if (known) throw new TrainingAlreadyRecorded(kind, attendedOn);
    const recordedById = tx.viewer.personId;
    if (recordedById === null) throw new Unauthenticated();
    return tx.em.create(Training, { id, personId, kind, attendedOn, note, recordedById, recordedAt: tx.now });
  });
}
