import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { type Policy, requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { announceViewer } from "../identity/announce-viewer.ts";
import { schoolPolicy } from "../school/school.policy.ts";
import { membershipEnded } from "./school-membership.events.ts";
import { keepsTeam } from "./school-membership.policy.ts";
import { MembershipEnded } from "./school-membership.rules.ts";
import { SchoolMembership } from "./school-membership.ts";

const ofVisibleSchool: Policy<SchoolMembership> = {
  ...schoolPolicy,
  allows: (viewer, { schoolId }) => schoolPolicy.allows(viewer, { id: schoolId }),
};

/**
 * Ends a membership today; it stays in the history.
 * @throws NotFound for a membership of a school that the viewer may not see
 * @throws Forbidden as for adding
 * @throws MembershipEnded when it has ended
 */
export function endSchoolMembership(caller: Caller, membershipId: string): Promise<SchoolMembership> {
  return transact(caller, "endSchoolMembership", membershipId, async (tx) => {
    const found = await tx.em.findOne(SchoolMembership, { id: membershipId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const membership = requireSeen(ofVisibleSchool, tx.viewer, found, "school membership", membershipId);
    requireAllowed(keepsTeam, tx.viewer, membership, "Ending this membership");
    if (membership.endedOn !== null) throw new MembershipEnded(membership.endedOn);
    membership.endedOn = tx.today;
    const { schoolId, personId, role } = membership;
    tx.emit(membershipEnded, schoolId, { membershipId, schoolId, personId, role, on: tx.today });
    await announceViewer(tx, personId);
    return membership;
  });
}
