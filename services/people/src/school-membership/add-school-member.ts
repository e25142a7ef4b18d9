import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import type { Role } from "@psqm/identity/viewer";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { assertMentoredByOthers } from "../hub-appointment/no-self-mentoring.ts";
import { announceViewer } from "../identity/announce-viewer.ts";
import { findOrCreatePerson } from "../person/create-person.ts";
import { visiblePeople } from "../person/person.policy.ts";
import { isSameName, NameDiffers, personName } from "../person/person.rules.ts";
import { Person } from "../person/person.ts";
import { schoolPolicy } from "../school/school.policy.ts";
import { School } from "../school/school.ts";
import { membershipStarted } from "./school-membership.events.ts";
import { keepsTeam } from "./school-membership.policy.ts";
import { assertMayJoin, assertSchoolRole, isTeamRole } from "./school-membership.rules.ts";
import { SchoolMembership } from "./school-membership.ts";

export interface NewMember {
  schoolId: string;
  name: string;
  email: string;
  role: Role;
}

/**
 * Somebody joins a school today. The e-mail address says who; somebody new is made known under the name given.
 * @throws BadInput for a name, address or role that cannot be one
 * @throws NotFound for a school that the viewer may not see
 * @throws Forbidden unless the viewer is of the programme team, or heads the school and fills a place of its team
 * @throws NameDiffers when the viewer would learn by it what somebody whom they could not see is called
 * @throws SchoolTeamFull, AlreadyMember when the place is taken
 * @throws MentorsThemselves when they would take part where they mentor
 */
export async function addSchoolMember(caller: Caller, input: NewMember): Promise<SchoolMembership> {
  assertSchoolRole(input.role);
  const id = newId("mem");
  return transact(caller, "addSchoolMember", id, async (tx) => {
    // Whoever adds to the same school waits here, so that both see who is in it.
    const found = await tx.em.findOne(School, { id: input.schoolId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const school = requireSeen(schoolPolicy, tx.viewer, found, "school", input.schoolId);
    requireAllowed(keepsTeam, tx.viewer, { schoolId: school.id, role: input.role }, "Adding this member");
    const person = await findOrCreatePerson(tx, input);
    await assertNameToldBy(tx, person, input.name);
    const current = await tx.em.find(SchoolMembership, { schoolId: school.id, endedOn: null });
    assertMayJoin(current, { personId: person.id, role: input.role });
    if (isTeamRole(input.role)) {
      await tx.em.lock(person, LockMode.PESSIMISTIC_WRITE);
      await assertMentoredByOthers(tx, person.id, school.id);
    }
    const membership = tx.em.create(SchoolMembership, {
      id,
      personId: person.id,
      schoolId: school.id,
      role: input.role,
      startedOn: tx.today,
      endedOn: null,
    });
    tx.emit(membershipStarted, school.id, {
      membershipId: id,
      schoolId: school.id,
      personId: person.id,
      role: input.role,
      on: tx.today,
    });
    await announceViewer(tx, person.id);
    return membership;
  });
}

/** Whoever knows an address alone is not told whose it is: being in one school would show them the name. */
async function assertNameToldBy(tx: Transaction, person: Person, given: string): Promise<void> {
  if (isSameName(person.name, personName(given))) return;
  const seen = await tx.em.findOne(Person, { $and: [{ id: person.id }, visiblePeople(tx.viewer)] });
  if (!seen) throw new NameDiffers();
}
