import { type Caller, transact } from "@psqm/events/transact";
import { Role } from "@psqm/identity/viewer";
import { NotFound, Refusal } from "@psqm/refusal/refusal";
import { announceViewer } from "../identity/announce-viewer.ts";
import { Person } from "../person/person.ts";
import { assertStaffRole } from "./staff-role.rules.ts";

export class LastOfProgrammeTeam extends Refusal {
  constructor() {
    super(
      "LAST_OF_PROGRAMME_TEAM",
      "The programme team keeps at least one person. Grant the role to somebody else first.",
    );
  }
}

/**
 * Takes a staff role from a person; one they do not have is no fault.
 * @throws BadInput for a role that is not the staff's
 * @throws NotFound for an unknown person
 * @throws LastOfProgrammeTeam when nobody would be left who could grant it again
 */
export async function revokeStaffRole(caller: Caller, input: { personId: string; role: Role }): Promise<Person> {
  assertStaffRole(input.role);
  return transact(caller, "revokeStaffRole", input.personId, async (tx) => {
    const person = await tx.em.findOne(Person, { id: input.personId });
    if (!person) throw new NotFound("person", input.personId);
    // All holders are locked, or two of the team could take the role from each other at once.
    const holders = await tx.em.execute<{ person_id: string }[]>(
      "select person_id from staff_role where role = ? order by id for update",
      [input.role],
    );
    if (!holders.some(({ person_id }) => person_id === person.id)) return person;
    if (input.role === Role.ProgrammeTeam && holders.length === 1) throw new LastOfProgrammeTeam();
    await tx.em.execute("delete from staff_role where person_id = ? and role = ?", [person.id, input.role]);
    await announceViewer(tx, person.id);
    return person;
  });
}
