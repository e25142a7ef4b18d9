import { setTimeout as delay } from "node:timers/promises";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import nodemailer, { type NodemailerError } from "nodemailer";
import type { Logger } from "pino";
import { renderMail } from "./render.ts";
import type { Letter } from "./send-mail.ts";
import type { MailSettings } from "./settings.ts";
import { type Unsubscribing, unsubscribePath } from "./unsubscribe.ts";

export interface SenderOptions extends Unsubscribing {
  em: SqlEntityManager;
  settings: MailSettings;
  log: Logger;
  /** Whether a mail that is about to leave has lost its point since it was written; then it does not. */
  isOvertaken?: (em: SqlEntityManager, mail: { kind: string; key: string }) => Promise<boolean>;
}

const POLL_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Tried at the same time, each over a connection of its own. */
const BATCH = 5;
/** A try is broken off after this … */
const TRY_MS = 60_000;
/** … so that whoever takes the mail after this is alone with it. */
const LEASE_SECONDS = 180;
/** Waits after each try that failed; after the last the mail is parked. Together two days, as RFC 5321 4.5.4.1 has it. */
const RETRY_WAITS_SECONDS = [60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600, 32 * 3_600];

/** Sends what waits in this service's table until closed. Safe to run in many replicas at once. */
export function startMailSender(options: SenderOptions): { close(): Promise<void> } {
  const stop = new AbortController();
  const run = async () => {
    let wait = POLL_MS;
    while (!stop.signal.aborted) {
      try {
        const outcome = await sendDueMails(options);
        if (outcome === "more") continue;
        wait = outcome === "idle" ? POLL_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      } catch (error) {
        // Not the error itself: a failed statement holds what it would have written.
        options.log.warn({ code: (error as { code?: unknown }).code }, "sending mails failed");
      }
      await delay(wait, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

interface Taken {
  id: string;
  kind: string;
  key: string;
  recipient: Buffer;
  topic: string | null;
  letter: Letter;
  queued_at: Date | string;
  attempts: number;
  unwanted: boolean;
}

type Outcome = "idle" | "more" | "no server";

/** Takes and tries a few mails. @returns whether more may wait, or that no mail server lets us in */
export async function sendDueMails(options: SenderOptions): Promise<Outcome> {
  const taken = await take(options);
  const outcomes = await Promise.all(taken.map((mail) => sendOne(options, mail)));
  if (outcomes.includes("no server")) return "no server";
  return taken.length > 0 ? "more" : "idle";
}

/**
 * Marks what is due as being tried, before it is: a sender that dies leaves it due again after the lease. The lock makes
 * the bound on mails a minute hold for all replicas together.
 */
function take({ em, service, settings }: SenderOptions): Promise<Taken[]> {
  return em.fork().transactional(async (tx) => {
    const [due] = await tx.execute("select 1 from mail where state = 'WAITING' and due_at <= now() limit 1");
    if (!due) return [];
    await tx.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`mails of ${service}`]);
    return tx.execute<Taken[]>(
      `with due as (
         select id, exists (
           select from mail_opt_out out where out.recipient = mail.recipient and out.topic = mail.topic
         ) as unwanted
         from mail where state = 'WAITING' and due_at <= now()
         order by due_at
         limit least(${BATCH}, greatest(0, ? - (
           select count(*) from mail lately where attempted_at > now() - interval '1 minute')))
         for update skip locked
       )
       update mail set attempts = attempts + 1, attempted_at = now(), due_at = now() + interval '${LEASE_SECONDS} seconds'
       from due where mail.id = due.id
       returning mail.id, kind, key, recipient, topic, letter, queued_at, attempts, unwanted`,
      [settings.perMinute],
    );
  });
}

async function sendOne(options: SenderOptions, mail: Taken): Promise<Outcome> {
  const { em, settings, log } = options;
  const about = { mail: mail.id, kind: mail.kind };
  if (mail.unwanted || (await options.isOvertaken?.(em.fork(), mail))) {
    await settle(em, mail.id, "UNWANTED");
    return "more";
  }
  if (!settings.smtpUrl) {
    await settle(em, mail.id, "KEPT");
    return "more";
  }
  try {
    await handOver(options, settings.smtpUrl, mail);
  } catch (error) {
    const { code, responseCode, command } = error as NodemailerError;
    log.warn({ ...about, code, responseCode, command }, "a mail was not taken");
    return await failed(em, settings.smtpUrl, mail, error as NodemailerError);
  }
  // The server has it: from here on a second try would be a second mail.
  await untilSettled(em, mail.id, log);
  log.info(about, "sent a mail");
  return "more";
}

function mailServer(url: string) {
  const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
  return nodemailer.createTransport({ url, ...timeouts });
}

/** One SMTP conversation. Every try of a mail has the same Message-ID, date and words. */
async function handOver(options: SenderOptions, url: string, mail: Taken): Promise<void> {
  const { publicUrl, from } = options.settings;
  const { to, subject, body, replyTo } = mail.letter;
  const unsubscribe = mail.topic
    ? new URL(unsubscribePath(options, mail.recipient, mail.topic), publicUrl).href
    : undefined;
  await mailServer(url).sendMail({
    from,
    to,
    subject,
    ...(replyTo && { replyTo }),
    ...renderMail(body, publicUrl, unsubscribe),
    messageId: `<${mail.id}@${from.replace(/^.*@|>$/g, "")}>`,
    date: new Date(mail.queued_at),
    headers: {
      // RFC 3834: no out-of-office answers to a machine.
      "Auto-Submitted": "auto-generated",
      ...(unsubscribe && {
        "List-Unsubscribe": `<${unsubscribe}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
    signal: AbortSignal.timeout(TRY_MS),
  });
}

/** A server that lets nobody in is no fault of the mail's, so that try is not counted. */
async function failed(em: SqlEntityManager, url: string, mail: Taken, error: NodemailerError): Promise<Outcome> {
  const reason = (error.response ?? `${error.code ?? error.name}: ${error.message}`).slice(0, 500);
  const letsUsIn = await mailServer(url)
    .verify()
    .catch(() => false);
  if (!letsUsIn) {
    await tryAgain(em, mail, 0, reason, 1);
    return "no server";
  }
  const wait = RETRY_WAITS_SECONDS[mail.attempts - 1];
  if (error.permanent || wait === undefined) {
    await em
      .fork()
      .execute("update mail set state = 'PARKED', reason = ? where id = ? and attempts = ? and state = 'WAITING'", [
        reason,
        mail.id,
        mail.attempts,
      ]);
  } else await tryAgain(em, mail, wait, reason, 0);
  return "more";
}

/** Only what this sender took: another may have it since. */
async function tryAgain(
  em: SqlEntityManager,
  mail: Taken,
  waitSeconds: number,
  reason: string,
  uncounted: 0 | 1,
): Promise<void> {
  await em.fork().execute(
    `update mail set due_at = now() + make_interval(secs => ?), reason = ?, attempts = attempts - ?
       where id = ? and attempts = ? and state = 'WAITING'`,
    [waitSeconds, reason, uncounted, mail.id, mail.attempts],
  );
}

/** The database may be away just now; as long as this process lives it does not forget that the mail was sent. */
async function untilSettled(em: SqlEntityManager, id: string, log: Logger): Promise<void> {
  const deadline = Date.now() + (LEASE_SECONDS - TRY_MS / 1000) * 1000;
  for (;;) {
    try {
      return await settle(em, id, "SENT");
    } catch (error) {
      if (Date.now() > deadline) throw error;
      log.warn({ mail: id }, "cannot yet note that a mail was sent");
      await delay(500);
    }
  }
}

async function settle(em: SqlEntityManager, id: string, state: "SENT" | "KEPT" | "UNWANTED"): Promise<void> {
  await em
    .fork()
    .execute(
      "update mail set state = ?, reason = null, letter = case when ? = 'KEPT' then letter end where id = ? and state <> 'SENT'",
      [state, state, id],
    );
}
