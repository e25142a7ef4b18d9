import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { type Binaries, findBinaries, linkMissingLibraries } from "./binaries.ts";
import type { DataFolder } from "./data-folder.ts";
import { type OperatingUser, operatingUser } from "./operating-user.ts";

/** PostgreSQL's programs, ready to be called for one data folder: as the right user, with their libraries. */
export interface Installation {
  folder: DataFolder;
  user: OperatingUser;
  initdb: string;
  postgres: string;
  spawn(program: string, args: string[], options: { detached?: boolean; stdio: StdioOptions }): ChildProcess;
}

/** @throws {PostgresqlMissing} @throws {NoOtherUser} */
export async function installationFor(folder: DataFolder): Promise<Installation> {
  const { initdb, postgres, libraries } = await findBinaries();
  const env = await environment({ initdb, postgres, libraries }, folder);
  const user = await operatingUser(folder.root, dirname(postgres), env);
  return {
    folder,
    user,
    initdb,
    postgres,
    spawn(program, args, options) {
      const [command, rest, owner] = user.command(program, args);
      return spawn(command, rest, { ...options, ...owner, env, cwd: "/" });
    },
  };
}

/** Only what it needs: PGDATA, PGPORT and their kin in our environment must not lead it astray. */
async function environment(binaries: Binaries, folder: DataFolder): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { PATH: process.env["PATH"], TZ: "UTC", LC_ALL: "C" };
  const libraries = await linkMissingLibraries(binaries, join(folder.root, "postgres-libraries"));
  if (libraries) env[process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH"] = libraries;
  return env;
}
