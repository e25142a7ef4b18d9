import { Refusal } from "@psqm/refusal/refusal";

/** Statuses of the DfE's register under which a school has pupils to teach; both may register (DOMAIN 4). */
const openStatuses: readonly string[] = ["Open", "Open, but proposed to close"];

export class SchoolClosed extends Refusal {
  constructor(school: { name: string; status: string }) {
    super(
      "SCHOOL_CLOSED",
      `Only an open school can register; the register says of ${school.name}: "${school.status}". Register its successor.`,
      { status: school.status },
    );
  }
}

/** @throws SchoolClosed for a school that is closed, or not open yet */
export function assertOpen(school: { name: string; status: string }): void {
  if (!openStatuses.includes(school.status)) throw new SchoolClosed(school);
}
