import { createHash, createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { Viewer } from "@psqm/identity/viewer";
import { BadInput, NotFound, Refusal } from "@psqm/refusal/refusal";
import { Misconfigured } from "@psqm/subgraph/config";
import { NeighbourAway } from "@psqm/subgraph/neighbours";
import type { Closable, Deps } from "@psqm/subgraph/subgraph";
import EmailReplyParser from "email-reply-parser";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { z } from "zod";
import { sendMessage } from "../message/send-message.ts";
import {
  ANSWERABLE_DAYS,
  ReplyOfAnother,
  type ReplyTicket,
  readReplyAddress,
  replyAddress,
  type Sign,
} from "./reply-address.rules.ts";
import { contactsOf } from "./send-digests.ts";

/** Where answers by mail arrive. */
export interface ReplySettings {
  /** What comes after the @ of reply addresses; its MX record leads to `port`. */
  domain: string;
  host: string;
  port: number;
}

const environment = z.object({
  REPLY_DOMAIN: z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)+$/, "wants a domain: reply.example.org")
    .optional(),
  REPLY_PORT: z.coerce.number("wants a port").int().min(0).max(65_535).default(2525),
  HOST: z.string().default("127.0.0.1"),
});

/** None when REPLY_DOMAIN is not set: then mails cannot be answered. */
export function replySettings(env: Deps["settings"]): ReplySettings | undefined {
  const told = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const read = environment.safeParse(told);
  if (!read.success)
    throw new Misconfigured(read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  const { REPLY_DOMAIN: domain, REPLY_PORT: port, HOST: host } = read.data;
  return domain ? { domain, host, port } : undefined;
}

const replySigner =
  (signingSecret: string): Sign =>
  (said) =>
    createHmac("sha256", signingSecret).update("reply address").update(said).digest();

type Taking = Pick<Deps, "database" | "signingSecret" | "clock" | "log" | "ask">;

export interface Replies extends Closable {
  port: number;
}

const LARGEST_BYTES = 10 * 1024 * 1024;

/**
 * Takes answers by mail over SMTP, each judged as if its person had sent it in the conversation. A refusal is said while
 * the mail is being handed over, so that the sender's own server tells its sender why; nothing is sent by us to an
 * address that anybody can forge. When something of ours is away, the sender's server tries again.
 */
export async function takeReplies(deps: Taking, { domain, host, port }: ReplySettings): Promise<Replies> {
  const sign = replySigner(deps.signingSecret);
  const server = new SMTPServer({
    name: domain,
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    size: LARGEST_BYTES,
    logger: false,
    closeTimeout: 1_000,
    onRcptTo({ address }, session, answer) {
      try {
        readReplyAddress(address, domain, deps.clock(), sign);
        answer(session.envelope.rcptTo.length > 0 ? smtpError(452, "One answer at a time.") : null);
      } catch (error) {
        answer(asSmtp(deps, error));
      }
    },
    onData(stream, session, answer) {
      const take = async () => {
        const mail = await simpleParser(stream, { skipImageLinks: true, skipTextToHtml: true });
        if (stream.sizeExceeded) throw new BadInput("An answer by e-mail has at most 10 MB.");
        const [to] = session.envelope.rcptTo;
        await takeReply(deps, readReplyAddress(to?.address ?? "", domain, deps.clock(), sign), mail);
      };
      take().then(
        () => answer(null),
        (error: unknown) => answer(asSmtp(deps, error)),
      );
    },
  });
  server.on("error", ({ code }: NodeJS.ErrnoException) => deps.log.warn({ code }, "an answer by mail broke off"));
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Gives addresses for people's answers in conversations, each good for thirty days from now on. */
export function addressesForReplies(
  { signingSecret, clock }: Pick<Deps, "signingSecret" | "clock">,
  { domain }: ReplySettings,
): (conversation: number, personId: string) => string {
  const sign = replySigner(signingSecret);
  return (conversation, personId) => {
    const expiresAt = new Date(clock().getTime() + ANSWERABLE_DAYS * 86_400_000);
    return replyAddress({ conversation, personId, expiresAt }, domain, sign);
  };
}

async function takeReply(
  deps: Taking,
  { conversation: number, personId }: ReplyTicket,
  mail: ParsedMail,
): Promise<void> {
  // RFC 3834: what a machine answers is for nobody, and telling it so would begin a loop.
  const automatic = mail.headers.get("auto-submitted");
  if (automatic !== undefined && automatic !== "no") return;
  const { messageId } = mail;
  if (!messageId) throw new BadInput("An answer by e-mail has a Message-ID, by which it is known again.");
  const { viewer } = viewerAnswer.parse(await deps.ask("people", "/identity/viewer-of", { personId }));
  const contact = (await contactsOf(deps, [personId])).get(personId);
  const em = deps.database.em.fork();
  const [conversation] = await em.execute<{ id: string }[]>("select id from conversation where number = ?", [number]);
  if (!viewer || !contact || !conversation) throw new NotFound("conversation", "of this address");
  if (mail.from?.value[0]?.address?.toLowerCase() !== contact.email.toLowerCase()) throw new ReplyOfAnother();
  await sendMessage(
    { em, viewer, clock: deps.clock },
    {
      conversationId: conversation.id,
      text: new EmailReplyParser().parseReply(mail.text ?? ""),
      clientKey: `mail ${createHash("sha256").update(messageId).digest("hex")}`,
    },
  );
}

const viewerAnswer = z.object({ viewer: z.custom<Viewer>((value) => typeof value === "object").nullable() });

function asSmtp({ log }: Taking, error: unknown): Error {
  const { code, name } = error as { code?: unknown; name?: unknown };
  log.info({ code, name }, "an answer by mail was not taken");
  if (error instanceof Refusal && !(error instanceof NeighbourAway)) {
    return smtpError(550, `${error.code}: ${error.message.replace(/\s+/g, " ")}`);
  }
  return smtpError(451, "This cannot be taken now; try again in a little while.");
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
