import { parseArgs } from "node:util";
import { connectDatabase } from "@psqm/database/connect";
import { findMail, listMails, type OutboxMail, retryMails } from "@psqm/mail/outbox";
import { renderMail } from "@psqm/mail/render";
import { BadInput, NotFound } from "@psqm/refusal/refusal";
import { readMailSettings } from "@psqm/subgraph/config";
import { runCommand } from "./command.ts";
import { subgraphs } from "./subgraphs.ts";
import { takeDataDir, withServiceDatabase } from "./visit.ts";

const usage = `Use:
  npm run mails                            shows each service's mails, the latest first
  npm run mails -- show ID                 shows one that has not been sent
  npm run mails -- retry SERVICE [ID]      has parked ones tried again`;

const senders = subgraphs.filter(({ mailTopics }) => mailTopics);

type Database = Awaited<ReturnType<typeof connectDatabase>>;

/** `npm run mails`: what was kept for want of a mail server, what waits, and what could not be sent. */
await runCommand(async () => {
  const { dataDir, rest } = takeDataDir(process.argv.slice(2));
  const [verb = "list", subject, ...more] = readArguments(rest);
  if (verb === "list" && subject === undefined) {
    await eachSender(dataDir, async (name, { em }) => list(name, await listMails(em.fork())));
  } else if (verb === "show" && subject !== undefined && more.length === 0) {
    let found: OutboxMail | undefined;
    await eachSender(dataDir, async (_, { em }) => {
      found ??= await findMail(em.fork(), subject);
    });
    if (!found) throw new NotFound("mail", subject);
    show(found);
  } else if (verb === "retry" && more.length <= 1) {
    if (!senders.some(({ name }) => name === subject)) {
      throw new BadInput(`Say whose mails: ${senders.map(({ name }) => name).join(", ")}.\n${usage}`);
    }
    await eachSender(dataDir, async (name, { em }) => {
      if (name === subject) say(`${name}: ${await retryMails(em.fork(), more[0])} will be tried again.`);
    });
  } else throw new BadInput(usage);
});

async function eachSender(dataDir: string, work: (name: string, database: Database) => Promise<void>): Promise<void> {
  for (const { name, entities } of senders) {
    await withServiceDatabase(dataDir, name, async (url) => {
      const database = await connectDatabase({ url, schema: name, entities });
      try {
        await work(name, database);
      } finally {
        await database.close(true);
      }
    });
  }
}

function list(name: string, mails: readonly OutboxMail[]): void {
  say(`${name}: ${mails.length === 0 ? "no mails" : `${mails.length} of its latest mails`}`);
  for (const { id, kind, state, queuedAt, attempts, reason, letter } of mails) {
    const about = letter ? `to ${letter.to.address}: ${letter.subject}` : "";
    const why = reason ? ` (after ${attempts} tries: ${reason})` : "";
    say(`  ${id} ${new Date(queuedAt).toISOString()} ${state} ${kind} ${about}${why}`);
  }
}

function show({ id, state, letter }: OutboxMail): void {
  if (!letter) {
    say(`${id} is ${state}: what it said is gone.`);
    return;
  }
  say(`To: ${letter.to.name} <${letter.to.address}>\nSubject: ${letter.subject}\n`);
  say(renderMail(letter.body, readMailSettings(process.env).publicUrl).text);
}

function readArguments(args: string[]): string[] {
  try {
    return parseArgs({ args, allowPositionals: true }).positionals;
  } catch (error) {
    throw new BadInput(`${(error as Error).message.split(". ")[0]}.\n${usage}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
