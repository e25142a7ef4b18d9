import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { addYears, type Day, londonDay } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Role, system } from "@psqm/identity/viewer";
import { sendMail } from "@psqm/mail/send-mail";
import type { Deps } from "@psqm/subgraph/subgraph";
import { z } from "zod";
import { CalendarAudience } from "../calendar/calendar.rules.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import {
  isDuty,
  type StandingMilestone,
  standingMilestones,
} from "../enrolment-milestone/enrolment-milestone.rules.ts";
import { MilestoneFact } from "../enrolment-milestone/milestone-fact.ts";
import { extensionsOf } from "../extension/extension.loader.ts";
import { HubAppointment } from "../membership/hub-appointment.ts";
import { SchoolMember } from "../membership/school-member.ts";
import { Round } from "../round/round.ts";
import { SchoolRecord } from "../school/school-record.ts";
import { roundCalendar } from "../session/round-units.ts";
import { ReminderStep, stepFor } from "./reminder.rules.ts";
import { reminderMail } from "./reminder-mail.ts";

const contacts = z.array(z.object({ personId: z.string(), name: z.string(), email: z.email() }));
type Contact = z.infer<typeof contacts>[number];

/** People asks for no more at once. */
const CONTACTS_AT_ONCE = 500;

/** In these something may be due, or late. */
const running = [EnrolmentState.Confirmed, EnrolmentState.Active, EnrolmentState.Submitted, EnrolmentState.InReview];

/** A word that is due today. */
interface Due {
  step: ReminderStep;
  enrolment: Enrolment;
  milestone: StandingMilestone;
  last: Day;
  /** People's ids; none for the programme team, who get an escalation. */
  readers: string[];
}

/**
 * Tells those who have to do something that it is due soon or late, then the hub's leaders, then the programme team: each
 * word once, however often and in however many replicas this runs. Statements do not grow with the number of enrolments.
 * @returns how many mails and escalations were written
 * @throws NeighbourAway when people cannot be asked for addresses; nothing is lost, the next run writes
 */
export async function sendReminders({
  database,
  clock,
  ask,
}: Pick<Deps, "database" | "clock" | "ask">): Promise<number> {
  const em = database.em.fork();
  const due = await unwritten(em, await dueToday(em, londonDay(clock())));
  if (due.length === 0) return 0;
  const people = await contactsOf(ask, [...new Set(due.flatMap(({ readers }) => readers))]);
  const schools = await em.find(SchoolRecord, { id: { $in: due.map(({ enrolment }) => enrolment.schoolId) } });
  const nameOf = new Map(schools.map(({ id, name }) => [id, name]));
  const caller: Caller = { em: database.em.fork(), viewer: system, clock };
  return transact(caller, "sendReminders", `${due.length} milestones`, async (tx) => {
    let written = 0;
    for (const one of due) {
      const schoolName = nameOf.get(one.enrolment.schoolId) ?? "your school";
      if (one.step === ReminderStep.ProgrammeTeam) written += await escalateLate(tx, one, schoolName);
      else written += await writeTo(tx, one, one.step, schoolName, people);
    }
    return written;
  });
}

async function writeTo(
  tx: Transaction,
  due: Due,
  step: Exclude<ReminderStep, ReminderStep.ProgrammeTeam>,
  schoolName: string,
  people: ReadonlyMap<string, Contact>,
): Promise<number> {
  let written = 0;
  for (const reader of due.readers) {
    const to = people.get(reader);
    if (!to) continue;
    const { milestone, last } = due;
    const mail = reminderMail({ step, key: keyOf(due, reader), to, schoolName, milestone: milestone.name, last });
    if (await sendMail(tx, mail)) written += 1;
  }
  return written;
}

/** The programme team has lists, not a mailbox: it finds an escalation there, which nobody has raised by hand. */
async function escalateLate({ em, now }: Transaction, due: Due, schoolName: string): Promise<number> {
  const { enrolment, milestone, last } = due;
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    `insert into escalation (id, hub_id, enrolment_id, state, text, raised_at, about) values (?, ?, ?, 'OPEN', ?, ?, ?)
     on conflict (about) do nothing`,
    [
      newId("esc"),
      enrolment.hubId,
      enrolment.id,
      milestone.audience === CalendarAudience.School
        ? `${schoolName} was to have "${milestone.name}" done by ${last}; school and hub leader were told.`
        : `The hub leader was to have "${milestone.name}" done for ${schoolName} by ${last}, and was told.`,
      now,
      keyOf(due, "programme-team"),
    ],
    "run",
  );
  return affectedRows;
}

function keyOf({ step, enrolment, milestone, last }: Due, reader: string): string {
  return `milestone-reminder ${step} ${enrolment.id} ${milestone.audience} ${milestone.key} ${last} ${reader}`;
}

/** Without readers who were written to before; and nothing that leaves none. */
async function unwritten(em: SqlEntityManager, due: readonly Due[]): Promise<Due[]> {
  const keys = due.flatMap((one) =>
    one.step === ReminderStep.ProgrammeTeam
      ? [keyOf(one, "programme-team")]
      : one.readers.map((reader) => keyOf(one, reader)),
  );
  const rows = await em.execute<{ key: string }[]>(
    `select key from mail where key = any(array(select jsonb_array_elements_text(?::jsonb)))
     union all select about from escalation where about = any(array(select jsonb_array_elements_text(?::jsonb)))`,
    [JSON.stringify(keys), JSON.stringify(keys)],
  );
  const written = new Set(rows.map(({ key }) => key));
  return due.flatMap((one) => {
    if (one.step === ReminderStep.ProgrammeTeam) return written.has(keyOf(one, "programme-team")) ? [] : [one];
    const readers = one.readers.filter((reader) => !written.has(keyOf(one, reader)));
    return readers.length > 0 ? [{ ...one, readers }] : [];
  });
}

/** Every word that is due on a London day, told already or not. Six SQL. */
async function dueToday(em: SqlEntityManager, today: Day): Promise<Due[]> {
  const rounds = new Map(
    (await em.find(Round, { startsOn: { $gt: addYears(today, -2) } })).map((round) => [round.id, roundCalendar(round)]),
  );
  const enrolments = await em.find(Enrolment, { roundId: { $in: [...rounds.keys()] }, state: { $in: running } });
  const ids = enrolments.map(({ id }) => id);
  const facts = Map.groupBy(await em.find(MilestoneFact, { enrolmentId: { $in: ids } }), (fact) => fact.enrolmentId);
  const extensions = await extensionsOf(em, ids);
  const members = Map.groupBy(
    await em.find(SchoolMember, {
      schoolId: { $in: enrolments.map(({ schoolId }) => schoolId) },
      role: { $in: [Role.SubjectLeader, Role.SecondParticipant] },
      endedOn: null,
    }),
    ({ schoolId }) => schoolId,
  );
  const leaders = Map.groupBy(
    await em.find(HubAppointment, { role: Role.HubLeader, endedOn: null }),
    ({ hubId }) => hubId,
  );
  return enrolments.flatMap((enrolment) => {
    const { id, schoolId, hubId, roundId } = enrolment;
    const school = (members.get(schoolId) ?? []).map(({ personId }) => personId);
    const hub = (leaders.get(hubId ?? "") ?? []).map(({ personId }) => personId);
    return standingMilestones(
      enrolment,
      rounds.get(roundId) ?? [],
      facts.get(id) ?? [],
      today,
      extensions.get(id),
    ).flatMap((milestone) => {
      const step = stepFor(milestone, isDuty(milestone), today);
      if (!step) return [];
      const own = milestone.audience === CalendarAudience.School ? school : hub;
      const readers = step === ReminderStep.HubLeader ? hub : step === ReminderStep.ProgrammeTeam ? [] : own;
      return [{ step, enrolment, milestone, last: milestone.dueBy ?? milestone.until, readers }];
    });
  });
}

/** How people are written to; asked of people each time, for nobody's address is kept here. */
async function contactsOf(ask: Deps["ask"], personIds: readonly string[]): Promise<Map<string, Contact>> {
  const found: Contact[] = [];
  for (let start = 0; start < personIds.length; start += CONTACTS_AT_ONCE) {
    const asked = { personIds: personIds.slice(start, start + CONTACTS_AT_ONCE) };
    found.push(...contacts.parse(await ask("people", "/identity/contacts", asked)));
  }
  return new Map(found.map((contact) => [contact.personId, contact]));
}
