import { BadInput } from "@psqm/refusal/refusal";

const STAFF_ROLES = ["PROGRAMME_TEAM", "FINANCE_OFFICER"];

/** @throws BadInput for a role that is not granted but comes with a school, a hub, a candidacy or a key */
export function assertStaffRole(role: string): void {
  if (STAFF_ROLES.includes(role)) return;
  throw new BadInput(
    `Only ${STAFF_ROLES.join(" and ")} are granted; ${role} comes with a school, a hub, a candidacy or a key.`,
  );
}
