import type { Day } from "@psqm/clock/clock";
import type { Mail, MailTopic } from "@psqm/mail/mail";
import { ReminderStep } from "./reminder.rules.ts";

/** Only reminders beforehand are optional: who is late, or whose school is, must know. */
export const reminders: MailTopic = { name: "reminders", title: "reminders of what is due soon" };

/** What is told, and to whom. */
export interface Reminder {
  step: ReminderStep.Before | ReminderStep.Late | ReminderStep.HubLeader;
  /** The milestone, its day and its reader: one mail for each, ever. */
  key: string;
  to: { name: string; email: string };
  schoolName: string;
  milestone: string;
  /** The day after which it is late. */
  last: Day;
}

const subjects: Record<Reminder["step"], (reminder: Reminder) => string> = {
  [ReminderStep.Before]: ({ milestone, last }) => `${milestone}: due by ${last}`,
  [ReminderStep.Late]: ({ milestone, last }) => `${milestone}: was due by ${last}`,
  [ReminderStep.HubLeader]: ({ milestone, schoolName }) => `${schoolName} is late: ${milestone}`,
};

const sentences: Record<Reminder["step"], (reminder: Reminder) => string> = {
  [ReminderStep.Before]: ({ milestone, schoolName, last }) =>
    `For ${schoolName}, "${milestone}" is due by ${last}, and we have not heard yet that it is done.`,
  [ReminderStep.Late]: ({ milestone, schoolName, last }) =>
    `For ${schoolName}, "${milestone}" was due by ${last}, and we have not heard yet that it is done. If you need more time, ask your hub leader.`,
  [ReminderStep.HubLeader]: ({ milestone, schoolName, last }) =>
    `${schoolName} was to have "${milestone}" done by ${last}, and we have not heard yet that it is. You may extend it; in a week we tell the programme team.`,
};

export function reminderMail(reminder: Reminder): Mail {
  const { step, key, to } = reminder;
  return {
    kind: "milestone-reminder",
    key,
    to: { name: to.name, address: to.email },
    ...(step === ReminderStep.Before && { topic: reminders }),
    subject: subjects[step](reminder),
    body: [`Dear ${to.name},`, sentences[step](reminder), { link: "Open it", to: "/" }],
  };
}
