import { Refusal } from "@psqm/refusal/refusal";

/** How far one has come in one conversation. */
export interface Reached {
  /** The last message that one has. */
  sequence: number;
  /** The last correction or deletion that one knows of. */
  change: number;
}

/** Before the first message. */
export const nowhere: Reached = { sequence: 0, change: 0 };

/**
 * How far a person has come in all of their conversations, by the conversation's number; not at all in those that are
 * not named. It stays true whatever the clocks of the replicas say, in whatever order
 * transactions commit, and on a database restored from a backup.
 */
export type InboxPosition = ReadonlyMap<number, Reached>;

const VERSION = 1;
const LONGEST_CURSOR = 64 * 1024;
const LARGEST = 2 ** 31 - 1;

export class CursorUnusable extends Refusal {
  constructor() {
    super(
      "CURSOR_UNUSABLE",
      "`after` is no cursor of the inbox. Give the cursor of the last entry you have, or read `inboxCursor` and the conversations anew.",
    );
  }
}

/**
 * A position as clients keep it: base64url of a version and triples of variable-length integers, numbers as the distance
 * from the one before. Three hundred conversations take less than 2 KB.
 */
export function inboxCursor(position: InboxPosition): string {
  const bytes = [VERSION];
  let before = 0;
  for (const [number, { sequence, change }] of [...position].sort(([a], [b]) => a - b)) {
    if (sequence === 0) continue;
    writeInteger(bytes, number - before);
    writeInteger(bytes, sequence);
    writeInteger(bytes, change);
    before = number;
  }
  return Buffer.from(bytes).toString("base64url");
}

/** The position that a cursor stands for; "" is before everything. Throws CursorUnusable for anything else of no sense. */
export function inboxPosition(cursor: string): InboxPosition {
  if (cursor === "") return new Map();
  if (cursor.length > LONGEST_CURSOR) throw new CursorUnusable();
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes[0] !== VERSION || bytes.toString("base64url") !== cursor) throw new CursorUnusable();
  const position = new Map<number, Reached>();
  let number = 0;
  for (let at = 1; at < bytes.length; ) {
    const distance = readInteger(bytes, at);
    const sequence = readInteger(bytes, distance.next);
    const change = readInteger(bytes, sequence.next);
    number += distance.value;
    if (distance.value === 0 || sequence.value === 0 || number > LARGEST) throw new CursorUnusable();
    position.set(number, { sequence: sequence.value, change: change.value });
    at = change.next;
  }
  return position;
}

/** The position of one who has come further in one conversation. */
export function further(position: InboxPosition, number: number, to: Partial<Reached>): InboxPosition {
  return new Map(position).set(number, { ...(position.get(number) ?? nowhere), ...to });
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function writeInteger(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
}

function readInteger(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, scale = 1; ; at += 1, scale *= 0x80) {
    const byte = bytes[at];
    if (byte === undefined || value > LARGEST) throw new CursorUnusable();
    value += (byte % 0x80) * scale;
    if (byte >= 0x80) continue;
    if (value > LARGEST) throw new CursorUnusable();
    return { value, next: at + 1 };
  }
}
