import { addDays } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { sendMail } from "@psqm/mail/send-mail";
import { NotFound } from "@psqm/refusal/refusal";
import { digestOf, newFeedSecret } from "../calendar-feed/feed-secret.ts";
import { assertOpenForRegistration } from "../round/round.rules.ts";
import { Round } from "../round/round.ts";
import { assertOpen } from "../school/school.rules.ts";
import { SchoolRecord } from "../school/school-record.ts";
import {
  ALL_AN_HOUR,
  DAYS_TO_CONFIRM,
  type InterestInput,
  PER_ADDRESS_A_DAY,
  readInterest,
  TooManyInterests,
  UnknownUrn,
} from "./interest.rules.ts";
import { Interest } from "./interest.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Where the link of the mail leads, at the gateway. */
export const INTEREST_PATH = "/mail/programme/interest/";

/**
 * Somebody without an account asks about the programme for a school. Nobody sees it before they have followed the link that
 * is sent to the address they gave; what nobody confirms is deleted. Those who ask at once follow one another, so that the
 * limits hold for them too.
 * @returns the school's name
 * @throws BadInput for a name, address, URN or message that cannot be
 * @throws TooManyInterests for the fourth of an address within a day, or too many of all within an hour
 * @throws UnknownUrn, SchoolClosed, NotFound for a round that is not there, RoundClosed
 */
export async function expressInterest(caller: Caller, input: InterestInput): Promise<string> {
  const { name, email, urn, message } = readInterest(input);
  const id = newId("int");
  return transact(caller, "expressInterest", id, async (tx) => {
    await tx.em.execute("select pg_advisory_xact_lock(hashtextextended('interest', 0))");
    await tx.em.execute("delete from interest where confirmed_at is null and expires_at < ?", [tx.now]);
    await assertNotTooMany(tx, email);
    const schools = await tx.em.find(SchoolRecord, { urn }, { orderBy: { id: "desc" } });
    const school = schools[0];
    if (!school) throw new UnknownUrn(urn);
    assertOpen(school);
    const round = input.roundId ? await tx.em.findOne(Round, input.roundId) : null;
    if (input.roundId && !round) throw new NotFound("round", input.roundId);
    if (round) assertOpenForRegistration(round);
    const secret = newFeedSecret();
    tx.em.create(Interest, {
      id,
      name,
      email,
      schoolId: school.id,
      roundId: round?.id ?? null,
      message,
      askedAt: tx.now,
      digest: digestOf(secret),
      expiresAt: new Date(tx.now.getTime() + DAYS_TO_CONFIRM * DAY_MS),
      confirmedAt: null,
    });
    await sendMail(tx, {
      kind: "interest-confirmation",
      key: `interest-confirmation ${id}`,
      to: { name, address: email },
      subject: `PSQM for ${school.name}: please confirm`,
      body: [
        `Dear ${name},`,
        `Somebody, we hope you, asked about the Primary Science Quality Mark for ${school.name}.`,
        { link: "Yes, that was me", to: `${INTEREST_PATH}${secret}` },
        `The link works until ${addDays(tx.today, DAYS_TO_CONFIRM)}. If it was not you, do nothing: without it nobody reads what was written, and it is deleted.`,
      ],
    });
    return school.name;
  });
}

async function assertNotTooMany({ em, now }: Transaction, email: string): Promise<void> {
  const since = (ms: number) => new Date(now.getTime() - ms);
  if ((await em.count(Interest, { email, askedAt: { $gt: since(DAY_MS) } })) >= PER_ADDRESS_A_DAY) {
    throw new TooManyInterests(24);
  }
  if ((await em.count(Interest, { askedAt: { $gt: since(HOUR_MS) } })) >= ALL_AN_HOUR) throw new TooManyInterests(1);
}
