import { fork } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { visitDatabase } from "@psqm/platform/database/open-database";
import { prepareDatabase } from "@psqm/platform/database/prepare-database";
import { serviceUrl } from "@psqm/platform/database/service-url";
import { secretsOf } from "@psqm/platform/secrets";
import { Refusal } from "@psqm/refusal/refusal";
import { type Figure, median, round } from "../figure.ts";
import type { Imported } from "../import-child.ts";
import type { Measurement } from "../measurement.ts";
import { temporaryFolder } from "../started-platform.ts";

class RegisterMissing extends Refusal {
  constructor(why: string) {
    super("REGISTER_MISSING", `Set GIAS_CSV to an extract of the DfE's "Get Information About Schools" (CSV): ${why}.`);
  }
}

const rounds = 3;

/** Imports the DfE's register into an empty database, each time in a new process: speed and greatest memory. */
export const importing: Measurement = {
  about: "import of the schools of GIAS_CSV",
  async take(say) {
    const file = process.env["GIAS_CSV"];
    if (!file) throw new RegisterMissing("it is not set");
    await access(file).catch(() => {
      throw new RegisterMissing(`there is no ${file}`);
    });
    const runs: Imported[] = [];
    for (let turn = 1; turn <= rounds; turn += 1) {
      const run = await importOnce(file);
      say(
        `${turn} of ${rounds}: ${run.schools} schools in ${run.seconds.toFixed(2)} s, at most ${Math.round(run.peakMb)} MB`,
      );
      runs.push(run);
    }
    const seconds = median(runs.map((run) => run.seconds));
    const figures: Figure[] = [
      { name: "import.schools-per-second", value: round((runs[0]?.schools ?? 0) / seconds, 0), unit: "schools/s" },
      { name: "import.seconds", value: round(seconds), unit: "s", aim: { op: "<=", value: 10 } },
      {
        name: "import.peak-memory",
        value: round(Math.max(...runs.map((run) => run.peakMb)), 0),
        unit: "MB",
        aim: { op: "<=", value: 300 },
      },
    ];
    return { figures, details: runs };
  },
};

async function importOnce(file: string): Promise<Imported> {
  await using folder = await temporaryFolder();
  const database = await visitDatabase({ dataDir: folder.path });
  try {
    const secrets = await secretsOf(folder.path);
    await prepareDatabase(database.adminUrl, secrets);
    const child = fork(join(import.meta.dirname, "..", "import-child.js"), [file], {
      env: { ...process.env, DATABASE_URL: serviceUrl(database.adminUrl, "people", secrets) },
    });
    const ended = once(child, "exit");
    const [imported] = (await Promise.race([
      once(child, "message"),
      ended.then(([code]) => Promise.reject(new Error(`The import ended with ${code}.`))),
    ])) as [Imported];
    await ended;
    return imported;
  } finally {
    await database.stop();
  }
}
