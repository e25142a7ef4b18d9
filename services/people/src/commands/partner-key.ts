import { parseArgs } from "node:util";
import { issuePartnerKey } from "../partner/issue-partner-key.ts";
import { revokePartnerKey } from "../partner/revoke-partner-key.ts";
import { CommandRefused, onDatabase, runCommand } from "./database-of-command.ts";

const USAGE = `Use:
  partner-key issue PARTNER [--scope public]... [--days 365]
  partner-key revoke KEY_ID`;

const DEFAULT_DAYS = 365;

await runCommand(async () => {
  const { action, subject, scopes, days } = readArguments(process.argv.slice(2));
  if (action === "issue") {
    const issued = await onDatabase(process.env, (caller) =>
      issuePartnerKey(caller, { partner: subject, scopes, days }),
    );
    process.stdout.write(
      `Key ${issued.keyId} of ${subject} (${issued.partnerId}) opens ${issued.scopes.join(", ")} until ${issued.expiresAt.toISOString()}.\n` +
        `It is shown this once and kept nowhere; send it in the header x-api-key:\n${issued.key}\n`,
    );
  } else if (action === "revoke") {
    await onDatabase(process.env, (caller) => revokePartnerKey(caller, subject));
    process.stdout.write(`Key ${subject} opens nothing any more.\n`);
  } else {
    throw new CommandRefused(USAGE);
  }
});

function readArguments(args: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { scope: { type: "string", multiple: true }, days: { type: "string" } },
    });
    const [action, subject, ...rest] = positionals;
    if (subject === undefined || rest.length > 0) throw new CommandRefused(USAGE);
    return { action, subject, scopes: values.scope ?? ["public"], days: Number(values.days ?? DEFAULT_DAYS) };
  } catch (error) {
    if (error instanceof CommandRefused) throw error;
    throw new CommandRefused(`${(error as Error).message}\n${USAGE}`);
  }
}
