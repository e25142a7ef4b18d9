import { randomUUID } from "node:crypto";

const MARK = `frame ${randomUUID()}`;
const MARKED_END = `"payload":"${MARK}"}`;

let serialising: Frame | null = null;

/** One event as clients get it, serialised once however many they are. */
export class Frame {
  readonly text: string;

  /** @param text of a GraphQL response */
  constructor(text: string) {
    this.text = text;
  }

  /** Only holds the place for the text: `spliced` puts it there. */
  toJSON(): string {
    serialising = this;
    return MARK;
  }
}

/**
 * A message of graphql-ws with the text of the frame that it carries. graphql-ws hands over each message in the same turn
 * in which it serialised it, so that the frame is the one that was met last.
 */
export function spliced(message: string): string {
  const frame = serialising;
  serialising = null;
  if (!frame || !message.endsWith(MARKED_END)) return message;
  return `${message.slice(0, -MARKED_END.length)}"payload":${frame.text}}`;
}
