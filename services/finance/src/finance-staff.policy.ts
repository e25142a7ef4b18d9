import { hasRole, Role } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

/** Who sees all money. */
export const financeStaff: Policy<unknown> = {
  name: "finance-staff",
  who: "the finance officer and the programme team",
  allows: (viewer) => hasRole(viewer, Role.FinanceOfficer, Role.ProgrammeTeam),
};

/** Who handles it. */
export const financeOfficer: Policy<unknown> = {
  name: "finance-officer",
  who: "the finance officer",
  allows: (viewer) => hasRole(viewer, Role.FinanceOfficer),
};
