import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { Person } from "../person/person.ts";
import { Training } from "./training.ts";

/**
 * Takes a training that was recorded by mistake out of the log; the audit keeps that it was done.
 * @returns whose log it was
 * @throws NotFound for an unknown one
 */
export function removeTraining(caller: Caller, trainingId: string): Promise<Person> {
  return transact(caller, "removeTraining", trainingId, async (tx) => {
    const training = await tx.em.findOne(Training, { id: trainingId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!training) throw new NotFound("training record", trainingId);
    tx.em.remove(training);
    return tx.em.findOneOrFail(Person, { id: training.personId });
  });
}
