import type { Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { financeStaff } from "../finance-staff.policy.ts";

const who = "the person who earned it, the finance officer and the programme team";

/** Who sees an earning. */
export const earningVisible: Policy<{ personId: string }> = {
  name: "earning-visible",
  who,
  allows: (viewer, { personId }) => viewer.personId === personId || financeStaff.allows(viewer, undefined),
};

/** The same rule as {@link earningVisible}, as the `where` of a list; for viewers who are known persons. */
export function visibleEarnings(viewer: Viewer) {
  return financeStaff.allows(viewer, undefined) ? {} : { personId: viewer.personId ?? "" };
}

/** The same rule, asked of the person. */
export const earningsOfPerson: Policy<{ id: string }> = {
  name: "earnings-of-person",
  who,
  allows: (viewer, { id }) => earningVisible.allows(viewer, { personId: id }),
};
