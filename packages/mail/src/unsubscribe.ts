import { createHmac, timingSafeEqual } from "node:crypto";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "@psqm/clock/clock";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { MailTopic } from "./mail.ts";
import { page } from "./render.ts";

export interface Unsubscribing {
  /** Links of one service are worthless at another. */
  service: string;
  signingSecret: string;
}

/**
 * A path that takes one recipient off one topic. It holds no address and does not expire: a mail may be years old when
 * its reader has had enough.
 */
export function unsubscribePath(unsubscribing: Unsubscribing, recipient: Buffer, topic: string): string {
  const signature = signatureOf(unsubscribing, recipient, topic).toString("base64url");
  return `${prefix(unsubscribing)}${topic}/${recipient.toString("base64url")}/${signature}`;
}

/** What the gateway lets through to the service. */
const prefix = ({ service }: Unsubscribing) => `/mail/${service}/unsubscribe/`;

/** Begins as no token that is signed with the same secret does. */
function signatureOf({ service, signingSecret }: Unsubscribing, recipient: Buffer, topic: string): Buffer {
  const said = JSON.stringify(["unsubscribe", service, topic, recipient.toString("base64url")]);
  return createHmac("sha256", signingSecret).update(said).digest();
}

/**
 * Serves the links: GET asks, so that a scanner of mail that follows every link takes nobody off; POST does it, at one
 * click of a mail program too (RFC 8058, section 3.2).
 */
export function unsubscribeRoutes(
  app: FastifyInstance,
  unsubscribing: Unsubscribing,
  topics: readonly MailTopic[],
  { em, clock }: { em: SqlEntityManager; clock: Clock },
): void {
  const path = `${prefix(unsubscribing)}:topic/:recipient/:signature`;
  const read = ({ topic: name, recipient: text, signature }: Asked) => {
    const topic = topics.find((one) => one.name === name);
    const recipient = Buffer.from(text, "base64url");
    const given = Buffer.from(signature, "base64url");
    const expected = signatureOf(unsubscribing, recipient, name);
    const signed = given.length === expected.length && timingSafeEqual(given, expected);
    return topic && signed ? { topic, recipient } : undefined;
  };
  app.get<{ Params: Asked }>(path, async ({ params }, reply) => {
    const asked = read(params);
    if (!asked) return answer(reply, unusable, 404);
    const question = `<p>Do you want no more ${asked.topic.title} by e-mail?</p>`;
    return answer(reply, `${question}<form method="post"><button>No more of them</button></form>`);
  });
  app.post<{ Params: Asked }>(path, async ({ params }, reply) => {
    const asked = read(params);
    if (!asked) return answer(reply, unusable, 404);
    await optOut(em.fork(), asked.recipient, asked.topic, clock());
    return answer(reply, `<p>You get no more ${asked.topic.title} by e-mail.</p>`);
  });
}

interface Asked {
  topic: string;
  recipient: string;
  signature: string;
}

/** The address of a page is a secret of its reader's: it goes nowhere with a link. */
function answer(reply: FastifyReply, content: string, status = 200): FastifyReply {
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .header("referrer-policy", "no-referrer")
    .send(page(content));
}

const unusable = "<p>This link is not whole. Open it from the e-mail again, or answer that e-mail.</p>";

async function optOut(em: SqlEntityManager, recipient: Buffer, { name }: MailTopic, since: Date): Promise<void> {
  await em.execute("insert into mail_opt_out (recipient, topic, since) values (?, ?, ?) on conflict do nothing", [
    recipient,
    name,
    since,
  ]);
}
