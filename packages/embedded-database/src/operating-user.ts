import { execFile } from "node:child_process";
import { chown, lchown, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Refusal } from "@psqm/refusal/refusal";

export class NoOtherUser extends Refusal {
  constructor(unreachable: string, user: string) {
    super(
      "POSTGRESQL_REFUSES_ROOT",
      `PostgreSQL refuses to run as root, and the user ${user}, as whom it would run instead, cannot reach ${unreachable}. Run this as an ordinary user, move the checkout and the data folder out of root's home (--data-dir FOLDER), or set DATABASE_URL.`,
    );
  }
}

/** As whom PostgreSQL's programs run, and how they are called so that they do. */
export interface OperatingUser {
  uid?: number;
  gid?: number;
  command(program: string, args: string[]): [program: string, args: string[], owner: { uid?: number; gid?: number }];
}

const ourselves: OperatingUser = { command: (program, args) => [program, args, {}] };

/**
 * PostgreSQL refuses to run as root. For root this finds another user: the owner of the data folder, else
 * `postgres`, else `nobody`. Where that user cannot pass (a checkout under a home of mode 0700) it runs in a user
 * namespace, where we are called by another number than 0 and may do no less.
 *
 * @param env with which the programs load
 * @throws {NoOtherUser}
 */
export async function operatingUser(
  dataFolder: string,
  programs: string,
  env: NodeJS.ProcessEnv,
): Promise<OperatingUser> {
  if (process.getuid?.() !== 0) return ourselves;
  const { name, uid, gid } = await unprivileged(dataFolder);
  const closed = (await closedTo(uid, gid, programs)) ?? (await closedTo(uid, gid, dataFolder));
  if (!closed) return { uid, gid, command: (program, args) => [program, args, { uid, gid }] };

  const unshare = ["--user", `--map-user=${uid}`, `--map-group=${gid}`];
  await promisify(execFile)("unshare", [...unshare, join(programs, "postgres"), "--version"], { env }).catch(() => {
    throw new NoOtherUser(closed, name);
  });
  // Outside the namespace its files are still root's.
  return { uid: 0, gid: 0, command: (program, args) => ["unshare", [...unshare, program, ...args], {}] };
}

/** Gives a folder and what is in it to the operating user. */
export async function handOver(folder: string, { uid, gid }: OperatingUser): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  if ((await stat(folder)).uid === uid) return;
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), uid, gid);
  await chown(folder, uid, gid); // last: it marks the rest as done
}

async function unprivileged(dataFolder: string): Promise<{ name: string; uid: number; gid: number }> {
  const owner = await stat(dataFolder);
  if (owner.uid !== 0) return { name: `${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const users = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  return { name: user?.[0] ?? "nobody", uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) };
}

/** The first folder on the way to `path` that this user may not pass, if there is one. */
async function closedTo(uid: number, gid: number, path: string): Promise<string | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = await stat(folder);
    const pass = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & pass) === 0) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
