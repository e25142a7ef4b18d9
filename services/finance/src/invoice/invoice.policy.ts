import { hasRole, isMemberOf, Role, schoolIds, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { financeStaff } from "../finance-staff.policy.ts";

const schoolSide = [Role.HeadTeacher, Role.SubjectLeader] as const;

/** Who sees an invoice. */
export const invoiceVisible: Policy<{ schoolId: string }> = {
  name: "invoice-visible",
  who: "the finance officer, the programme team, and the school's head teacher and subject leader",
  allows: (viewer, { schoolId }) =>
    financeStaff.allows(viewer, undefined) || isMemberOf(viewer, schoolId, ...schoolSide),
};

/** The same rule as {@link invoiceVisible}, as the `where` of a list. */
export function visibleInvoices(viewer: Viewer) {
  return financeStaff.allows(viewer, undefined) ? {} : { schoolId: { $in: schoolIds(viewer, ...schoolSide) } };
}

/** Who may ask for invoices at all; which ones is then a matter of each row. */
export const invoiceRoles: Policy<unknown> = {
  name: "invoice-roles",
  who: "the finance officer, the programme team, head teachers and subject leaders",
  allows: (viewer) => financeStaff.allows(viewer, undefined) || hasRole(viewer, ...schoolSide),
};
