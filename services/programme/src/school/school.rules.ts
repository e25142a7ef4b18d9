import { Refusal } from "@psqm/refusal/refusal";

/**
 * Statuses, as people writes them, under which a school has pupils to teach: "Open" and "Open, but proposed to close" of
 * the DfE's register (DOMAIN 4). Any other, also one that is new to us, is not open.
 */
const openStatuses: readonly string[] = ["OPEN", "PROPOSED_TO_CLOSE"];

export class SchoolClosed extends Refusal {
  constructor(school: { name: string; status: string }) {
    super(
      "SCHOOL_CLOSED",
      `Only an open school can register, and the register says that ${school.name} is ${school.status}. Register the school that has its pupils now.`,
      { status: school.status },
    );
  }
}

/** @throws SchoolClosed for a school that is closed, or not open yet */
export function assertOpen(school: { name: string; status: string }): void {
  if (!openStatuses.includes(school.status)) throw new SchoolClosed(school);
}
