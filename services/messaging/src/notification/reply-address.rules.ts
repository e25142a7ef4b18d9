import { Refusal } from "@psqm/refusal/refusal";

/** For how long a mail about unread messages can be answered. */
export const ANSWERABLE_DAYS = 30;

export class ReplyAddressUnknown extends Refusal {
  constructor() {
    super(
      "REPLY_ADDRESS_UNKNOWN",
      "This is no address that takes answers. Answer the e-mail itself, or write in the conversation.",
    );
  }
}

export class ReplyAddressExpired extends Refusal {
  constructor() {
    super(
      "REPLY_ADDRESS_EXPIRED",
      `An e-mail can be answered for ${ANSWERABLE_DAYS} days; this one is older. Write in the conversation.`,
    );
  }
}

export class ReplyOfAnother extends Refusal {
  constructor() {
    super(
      "REPLY_OF_ANOTHER",
      "This e-mail was written to another address than the one it is answered from. Answer from the address that it came to.",
    );
  }
}

/** What an address says: who answers, in which conversation, and until when. */
export interface ReplyTicket {
  /** Of the conversation, as its inbox cursor names it. */
  conversation: number;
  personId: string;
  expiresAt: Date;
}

const DAY_MS = 86_400_000;
const PREFIX = "re-";
const SIGNATURE_BYTES = 8;
const SAID_BYTES = 22;

/** Signs what was said, with the key of this purpose alone. */
export type Sign = (said: Uint8Array) => Uint8Array;

/**
 * The address that takes a person's answers: 63 characters before the @, of at most 64 (RFC 5321, 4.5.3.1.1), in
 * hexadecimal because some servers do not keep capitals.
 */
export function replyAddress({ conversation, personId, expiresAt }: ReplyTicket, domain: string, sign: Sign): string {
  const said = Buffer.alloc(SAID_BYTES);
  said.writeUInt32BE(conversation, 0);
  said.write(personId.replace(/^per_/, "").replaceAll("-", ""), 4, 16, "hex");
  said.writeUInt16BE(Math.ceil(expiresAt.getTime() / DAY_MS), 20);
  const signature = sign(said).subarray(0, SIGNATURE_BYTES);
  return `${PREFIX}${said.toString("hex")}${Buffer.from(signature).toString("hex")}@${domain}`;
}

/**
 * Reads an address that was answered to.
 * @throws ReplyAddressUnknown, ReplyAddressExpired
 */
export function readReplyAddress(address: string, domain: string, now: Date, sign: Sign): ReplyTicket {
  const [local = "", at] = address.toLowerCase().split("@");
  const whole = new RegExp(`^${PREFIX}[0-9a-f]{${(SAID_BYTES + SIGNATURE_BYTES) * 2}}$`);
  if (at !== domain.toLowerCase() || !whole.test(local)) throw new ReplyAddressUnknown();
  const bytes = Buffer.from(local.slice(PREFIX.length), "hex");
  const said = bytes.subarray(0, SAID_BYTES);
  const signature = Buffer.from(sign(said).subarray(0, SIGNATURE_BYTES));
  if (!signature.equals(bytes.subarray(SAID_BYTES))) throw new ReplyAddressUnknown();
  const expiresAt = new Date(said.readUInt16BE(20) * DAY_MS);
  if (expiresAt <= now) throw new ReplyAddressExpired();
  const uuid = said.toString("hex", 4, 20).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { conversation: said.readUInt32BE(0), personId: `per_${uuid}`, expiresAt };
}
