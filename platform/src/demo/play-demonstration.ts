import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "@psqm/events/transact";
import { startGateway } from "@psqm/gateway/gateway";
import { system } from "@psqm/identity/viewer";
import { importSchools } from "@psqm/people/school/import/import-schools";
import { bootstrapProgrammeTeam } from "@psqm/people/staff-role/bootstrap-programme-team";
import { Client } from "pg";
import type { Logger } from "pino";
import { gatewaySettings } from "../gateway-settings.ts";
import type { Services } from "../run-services.ts";
import type { Secrets } from "../secrets.ts";
import type { DemoClock } from "./demo-clock.ts";
import { demoPeople } from "./demo-people.ts";
import { demoRegister } from "./demo-schools.ts";
import { demonstrationYear, type Stage } from "./demonstration-year.ts";
import { GraphOf } from "./graph.ts";
import { quiet } from "./quiet.ts";

export interface Demonstration {
  adminUrl: string;
  secrets: Secrets;
  services: Services;
  clock: DemoClock;
  log: Logger;
  signal: AbortSignal;
  say(words: string): void;
}

/**
 * Plays the demonstration year through the graph, as the people of the demonstration, each step on its own day: what it
 * leaves behind is what a year of use would leave. The gateway it goes through is its own, so that nobody else comes in
 * half way.
 */
export async function playDemonstration(demonstration: Demonstration): Promise<void> {
  const { adminUrl, secrets, services, clock, log, signal, say } = demonstration;
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  const gateway = await startGateway(gatewaySettings(services.urls, secrets, 0), { log });
  try {
    const graph = new GraphOf(gateway.url);
    const stage: Stage = {
      as: (person) => graph.as(person),
      appointFirst: async (person) =>
        void (await bootstrapProgrammeTeam(peopleItself(services, clock), demoPeople[person])),
      put: (path, content) => graph.put(path, content),
      importSchools: () => importDemoSchools(peopleItself(services, clock)),
      ids: new Map(),
    };
    for (const { on, title, play } of demonstrationYear(clock.today)) {
      signal.throwIfAborted();
      say(`${on.slice(0, 7)}, ${title}`);
      clock.moveTo(on);
      await play(stage);
      await quiet(admin);
    }
  } finally {
    clock.comeBack();
    await gateway.close();
    await admin.end();
  }
}

function peopleItself(services: Services, clock: DemoClock): Caller {
  return { em: services.find("people").database.em.fork(), viewer: system, clock: clock.now };
}

async function importDemoSchools(caller: Caller): Promise<void> {
  const file = join(tmpdir(), `psqm-demonstration-${process.pid}.csv`);
  await writeFile(file, demoRegister());
  try {
    await importSchools(caller, file, { allOrNothing: true });
  } finally {
    await rm(file);
  }
}
