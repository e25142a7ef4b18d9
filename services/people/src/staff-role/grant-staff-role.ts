import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { NotFound } from "@psqm/refusal/refusal";
import { announceViewer } from "../identity/announce-viewer.ts";
import { Person } from "../person/person.ts";
import { assertStaffRole } from "./staff-role.rules.ts";

/**
 * Makes a person one of the programme team or a finance officer; granting again changes nothing.
 * @throws BadInput for a role that is not the staff's
 * @throws NotFound for an unknown person
 */
export async function grantStaffRole(caller: Caller, input: { personId: string; role: Role }): Promise<Person> {
  assertStaffRole(input.role);
  return transact(caller, "grantStaffRole", input.personId, async (tx) => {
    const person = await tx.em.findOne(Person, { id: input.personId });
    if (!person) throw new NotFound("person", input.personId);
    await giveStaffRole(tx, person.id, input.role);
    return person;
  });
}

/** For verbs that have checked that they may. */
export async function giveStaffRole(tx: Transaction, personId: string, role: Role): Promise<void> {
  await tx.em.execute(
    "insert into staff_role (id, person_id, role, granted_on) values (?, ?, ?, ?) on conflict (person_id, role) do nothing",
    [newId("srl"), personId, role, tx.today],
  );
  await announceViewer(tx, personId);
}
