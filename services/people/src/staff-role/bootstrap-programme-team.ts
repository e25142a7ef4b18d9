import { type Caller, transact } from "@psqm/events/transact";
import { Role } from "@psqm/identity/viewer";
import { Refusal } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { findOrCreatePerson, type NewPerson } from "../person/create-person.ts";
import type { Person } from "../person/person.ts";
import { programmeTeamOrPlatform } from "../role/role.policy.ts";
import { giveStaffRole } from "./grant-staff-role.ts";

export class ProgrammeTeamExists extends Refusal {
  constructor() {
    super("PROGRAMME_TEAM_EXISTS", "The programme team has somebody already. Ask them to grant the role.");
  }
}

/**
 * Makes the first person of the programme team, who can then do the rest through the graph. Asking again for the same
 * person changes nothing.
 * @throws ProgrammeTeamExists when the team has somebody else
 */
export function bootstrapProgrammeTeam(caller: Caller, input: NewPerson): Promise<Person> {
  return transact(caller, "bootstrapProgrammeTeam", "programme-team", async (tx) => {
    requireAllowed(programmeTeamOrPlatform, tx.viewer, undefined, "Making the first of the programme team");
    // No row exists yet that could be locked instead.
    await tx.em.execute("select pg_advisory_xact_lock(hashtextextended('programme-team', 0))");
    const person = await findOrCreatePerson(tx, input);
    const team = await tx.em.execute<{ person_id: string }[]>("select person_id from staff_role where role = ?", [
      Role.ProgrammeTeam,
    ]);
    if (team.some(({ person_id }) => person_id === person.id)) return person;
    if (team.length > 0) throw new ProgrammeTeamExists();
    await giveStaffRole(tx, person.id, Role.ProgrammeTeam);
    return person;
  });
}
