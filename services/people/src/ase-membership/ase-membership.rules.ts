import type { Day } from "@psqm/clock/clock";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** Whether the Association for Science Education has told us that it is so. */
export enum AseVerification {
  Unverified = "UNVERIFIED",
  Verified = "VERIFIED",
  NotFound = "NOT_FOUND",
}

/** The number as it is kept: upper case without spaces. @throws BadInput unless it is 1 to 20 letters, digits or hyphens */
export function aseNumber(text: string): string {
  const number = text.replaceAll(/\s/g, "").toUpperCase();
  if (/^[A-Z0-9-]{1,20}$/.test(number)) return number;
  throw new BadInput(`A membership number of the ASE is 1 to 20 letters, digits or hyphens; "${text}" is not.`);
}

/** Whether somebody is a member on a day: verified, and the membership has not run out. Its last day counts. */
export function isAseMember(membership: { state: AseVerification; expiresOn: Day }, on: Day): boolean {
  return membership.state === AseVerification.Verified && membership.expiresOn >= on;
}

export class AseNumberTaken extends Refusal {
  constructor(number: string) {
    super(
      "ASE_NUMBER_TAKEN",
      `The number ${number} is somebody else's here. Check it; if it is yours, tell the programme team.`,
    );
  }
}
