import { hasUnseen, oneLine } from "@psqm/refusal/one-line";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { readWords } from "../words/words.rules.ts";

/** Somebody asks about the programme for a school, without an account. */
export interface InterestInput {
  name: string;
  email: string;
  urn: string;
  roundId?: string | null;
  message?: string | null;
}

export class UnknownUrn extends Refusal {
  constructor(urn: string) {
    super(
      "UNKNOWN_URN",
      `No school in England's register has the URN "${urn}". It has six digits; look it up at get-information-schools.service.gov.uk.`,
      { urn },
    );
  }
}

/** The limits are ours: a person asks for a school or two, not for a hundred. */
export const PER_ADDRESS_A_DAY = 3;
export const ALL_AN_HOUR = 200;

export class TooManyInterests extends Refusal {
  constructor(retryAfterHours: number) {
    super(
      "TOO_MANY_INTERESTS",
      `This was asked too often. Ask again in ${retryAfterHours === 1 ? "an hour" : `${retryAfterHours} hours`}, or write to psqm@herts.ac.uk.`,
      { retryAfterHours },
    );
  }
}

/** Days in which an e-mail's link confirms that the address is the asker's. */
export const DAYS_TO_CONFIRM = 7;

const NAME_LENGTH = 120;
const MESSAGE_LENGTH = 2_000;
// RFC 5321, section 4.5.3.1.3, less the angle brackets.
const ADDRESS_LENGTH = 254;

/** As it is kept: texts trimmed, the address in lower case. @throws BadInput */
export function readInterest({ name, email, urn, message }: InterestInput) {
  const address = email.trim().toLowerCase();
  if (hasUnseen(address) || address.length > ADDRESS_LENGTH || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/u.test(address)) {
    throw new BadInput("An e-mail address looks like somebody@school.example; this is none.");
  }
  if (!/^\d{6}$/.test(urn)) throw new BadInput(`A URN has six digits; this is ${JSON.stringify(urn.slice(0, 40))}.`);
  return {
    name: oneLine(name, "A name", NAME_LENGTH),
    email: address,
    urn,
    message: message == null || message.trim() === "" ? null : readWords("A message", message, MESSAGE_LENGTH),
  };
}
