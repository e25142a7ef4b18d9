/** What optional mails are about, so that their recipient can say no to them and to nothing else. */
export interface MailTopic {
  /** Stable: `reminders`. */
  name: string;
  /** Completes "You get no more …", e.g. "reminders of what is due". */
  title: string;
}

/** A part of a mail, written once and shown as text and as HTML. Nothing in it is markup. */
export type Block =
  /** A paragraph. */
  | string
  | { list: readonly string[] }
  /** What to do, and where: a path under PUBLIC_URL, or an address. */
  | { link: string; to: string }
  /** Words of a person; line breaks are kept. */
  | { quote: string; by: string };

/** A mail to one person. A kind of mail is a typed function that gives one. */
export interface Mail {
  /** Names it in logs and lists: `milestone-reminder`. */
  kind: string;
  /** At most one mail of a service ever has it, e.g. `milestone-reminder mil_… per_…`. */
  key: string;
  to: { name: string; address: string };
  /** Of mails that one may do without: they carry a way to say so. */
  topic?: MailTopic;
  /** One line. */
  subject: string;
  body: readonly Block[];
  /** Where an answer goes, when not to the sender. */
  replyTo?: string;
}
