import type { Day } from "@psqm/clock/clock";
import { oneLine } from "@psqm/refusal/one-line";
import { BadInput } from "@psqm/refusal/refusal";

/** What a school says when it registers, besides which school it is and for which round. All of it may follow later. */
export interface RegistrationForm {
  /** Pupils on roll, as the school tells; the fee follows the register's number, this one shows a difference (ours). */
  pupils?: number | null;
  /** The number that an invoice is to carry. */
  purchaseOrder?: string | null;
  /** Who of the senior leadership team consents, and when. */
  consent?: { name: string; on: Day } | null;
}

/** A form as it is kept. */
export interface KeptForm {
  pupilsTold: number | null;
  purchaseOrder: string | null;
  consentBy: string | null;
  consentOn: Day | null;
}

const TEXT_LENGTH = 120;
const MOST_PUPILS = 5_000;

/**
 * A form as it is kept: texts trimmed, 1 to 120 characters; 0 to 5,000 pupils; a consent that was given, not one to come.
 * @param today a London day
 * @throws BadInput
 */
export function readForm({ pupils, purchaseOrder, consent }: RegistrationForm, today: Day): KeptForm {
  if (pupils != null && (pupils < 0 || pupils > MOST_PUPILS)) {
    throw new BadInput(`A school has 0 to ${MOST_PUPILS} pupils; this is ${pupils}.`);
  }
  if (consent && consent.on > today) {
    throw new BadInput(`Consent is given before a school registers; ${consent.on} is still to come.`);
  }
  return {
    pupilsTold: pupils ?? null,
    purchaseOrder: purchaseOrder == null ? null : oneLine(purchaseOrder, "A purchase order number", TEXT_LENGTH),
    consentBy: consent ? oneLine(consent.name, "The name of who consents", TEXT_LENGTH) : null,
    consentOn: consent?.on ?? null,
  };
}

/** The one school that is meant. @throws BadInput unless exactly one of id and URN is given */
export function assertOneSchool(input: { schoolId?: string | null; urn?: string | null }) {
  const { schoolId, urn } = input;
  if (schoolId != null && urn == null) return { schoolId, text: schoolId };
  if (urn != null && schoolId == null && /^\d{6}$/.test(urn)) return { urn, text: urn };
  throw new BadInput("A school is named by its id or by its URN of six digits, by one of the two.");
}
