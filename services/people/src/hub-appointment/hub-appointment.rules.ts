import { addDays, addYears, type Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

const ROLES = ["HUB_LEADER", "MENTOR"];

/** How long before its term ends an appointment can be renewed (ours). */
const DAYS_TO_RENEW = 90;

const LONGEST_REASON = 1000;

/** @throws BadInput for a role to which nobody is appointed */
export function assertHubRole(role: string): void {
  if (ROLES.includes(role)) return;
  throw new BadInput(`To a hub one is appointed as ${ROLES.join(" or ")}; ${role} is no such role.`);
}

/** The day by which an appointment is renewed: one commits to "one complete year" (documents 000 and 001). */
export function firstTermEnd(startedOn: Day): Day {
  return addYears(startedOn, 1);
}

/** The last day of which appointments that can be renewed today have their end of term. */
export function renewableUntil(today: Day): Day {
  return addDays(today, DAYS_TO_RENEW);
}

/**
 * The end of the year for which an appointment is renewed today: a year after the end of its term, or after today when
 * nobody renewed it in time.
 * @throws RenewalTooEarly more than 90 days before the term ends
 */
export function renewedTermEnd(termEndsOn: Day, today: Day): Day {
  if (termEndsOn > renewableUntil(today)) throw new RenewalTooEarly(termEndsOn);
  return addYears(termEndsOn > today ? termEndsOn : today, 1);
}

/** @throws BadInput unless the trimmed reason has 1 to 1000 characters */
export function reasonToEnd(text: string): string {
  const reason = text.trim();
  const length = [...reason].length;
  if (length >= 1 && length <= LONGEST_REASON) return reason;
  throw new BadInput(`A reason has 1 to ${LONGEST_REASON} characters; this has ${length}.`);
}

/** @throws BadInput for a day that is yet to come */
export function assertBegun(startedOn: Day, today: Day): void {
  if (startedOn <= today) return;
  throw new BadInput(`An appointment begins today, ${today}, or began before; ${startedOn} is yet to come.`);
}

export class AlreadyAppointed extends Refusal {
  constructor(role: string) {
    super(
      "ALREADY_APPOINTED",
      `This person is the hub's ${role === "HUB_LEADER" ? "leader" : "mentor"} already. End that appointment first to change the role.`,
    );
  }
}

export class AppointmentsOverlap extends Refusal {
  constructor(endedOn: Day) {
    super(
      "APPOINTMENTS_OVERLAP",
      `This person had a part in the hub until ${endedOn}. A new appointment begins on that day or later.`,
      { endedOn },
    );
  }
}

export class MentorsThemselves extends Refusal {
  constructor(schoolId: string) {
    super(
      "MENTORS_THEMSELVES",
      `The hub supports the school ${schoolId}, in whose team this person takes part; nobody mentors themselves. Give the school another hub, or the part to somebody else.`,
      { schoolId },
    );
  }
}

export class AppointmentEnded extends Refusal {
  constructor(endedOn: string) {
    super("APPOINTMENT_ENDED", `This appointment ended on ${endedOn}. Begin a new one.`);
  }
}

export class RenewalTooEarly extends Refusal {
  constructor(termEndsOn: Day) {
    super(
      "RENEWAL_TOO_EARLY",
      `This appointment lasts until ${termEndsOn}, and can be renewed in the ${DAYS_TO_RENEW} days before.`,
      { termEndsOn },
    );
  }
}
