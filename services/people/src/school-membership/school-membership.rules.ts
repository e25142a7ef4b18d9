import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** Roles of which a school has at most one each: two people take part (document 002, who takes part). */
const TEAM = ["SUBJECT_LEADER", "SECOND_PARTICIPANT"];
const ROLES = [...TEAM, "HEAD_TEACHER"];

const SPOKEN: Readonly<Record<string, string>> = {
  SUBJECT_LEADER: "subject leader",
  SECOND_PARTICIPANT: "second participant",
  HEAD_TEACHER: "head teacher",
};

/** @throws BadInput for a role that one does not have at a school */
export function assertSchoolRole(role: string): void {
  if (ROLES.includes(role)) return;
  throw new BadInput(`At a school one is ${ROLES.join(", ")}; ${role} is no such role.`);
}

/** Whether the head teacher may fill and clear the role, rather than the programme team alone. */
export function isTeamRole(role: string): boolean {
  return TEAM.includes(role);
}

export class SchoolTeamFull extends Refusal {
  constructor(role: string) {
    super(
      "SCHOOL_TEAM_FULL",
      `The school has a ${SPOKEN[role]} already. End that membership first, then add the new one.`,
    );
  }
}

export class AlreadyMember extends Refusal {
  constructor(role: string) {
    super(
      "ALREADY_MEMBER",
      `This person is the school's ${SPOKEN[role]} already. The two who take part are two people.`,
    );
  }
}

export class MembershipEnded extends Refusal {
  constructor(endedOn: string) {
    super("MEMBERSHIP_ENDED", `This membership ended on ${endedOn}. Nothing is left to end.`);
  }
}

/**
 * Whether somebody may join a school in a role, given who belongs to it now.
 * @throws AlreadyMember when they hold the role, or the other place of the team
 * @throws SchoolTeamFull when somebody else holds a role of which there is one
 */
export function assertMayJoin(
  current: readonly { personId: string; role: string }[],
  joining: { personId: string; role: string },
): void {
  const held = current.find(
    ({ personId, role }) =>
      personId === joining.personId && (role === joining.role || (isTeamRole(role) && isTeamRole(joining.role))),
  );
  if (held) throw new AlreadyMember(held.role);
  if (isTeamRole(joining.role) && current.some(({ role }) => role === joining.role))
    throw new SchoolTeamFull(joining.role);
}
