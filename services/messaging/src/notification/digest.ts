import type { Mail, MailTopic } from "@psqm/mail/mail";

export const digests: MailTopic = { name: "unread-messages", title: "mails about unread messages" };

/** What somebody has not read in one conversation. */
export interface UnreadConversation {
  conversationId: string;
  /** The last sequence that this mail tells of. */
  upTo: number;
  /** How many there are. */
  count: number;
  /** The latest of them, in order. */
  latest: readonly { sender: string; text: string }[];
  /** Where an answer by mail goes, if answers by mail are taken. */
  replyTo?: string;
}

const LONGEST_QUOTE = 600;

/**
 * One mail about all that a person has not read.
 * @param key names the last message told of, so that no second mail tells of the same
 */
export function digestMail(
  key: string,
  to: { name: string; email: string },
  conversations: readonly UnreadConversation[],
): Mail {
  const total = conversations.reduce((sum, { count }) => sum + count, 0);
  const [only, ...others] = conversations;
  const single = others.length === 0 ? only?.replyTo : undefined;
  return {
    kind: "unread-messages",
    key,
    to: { name: to.name, address: to.email },
    topic: digests,
    subject: total === 1 ? "A message waits for you" : `${total} messages wait for you`,
    body: [
      `Dear ${to.name},`,
      ...conversations.flatMap(({ conversationId, count, latest, replyTo }) => [
        ...(count > latest.length ? [`Of ${count} messages, the latest ${latest.length}:`] : []),
        ...latest.map(({ sender, text }) => ({ quote: shortened(text), by: sender })),
        ...(replyTo && !single ? [{ link: "Answer by e-mail", to: `mailto:${replyTo}` }] : []),
        { link: "Open the conversation", to: `/#conversation=${conversationId}` },
      ]),
      ...(single ? ["You can answer this e-mail: what you write above this goes to the conversation."] : []),
    ],
    ...(single && { replyTo: single }),
  };
}

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= LONGEST_QUOTE ? text : `${characters.slice(0, LONGEST_QUOTE).join("")} …`;
}
