import type { SqlEntityManager } from "@mikro-orm/postgresql";

/** What refers to people and hubs, before them: the role of the service may not truncate. */
const TABLES = [
  "candidacy_evidence_version",
  "candidacy_evidence",
  "candidacy_verdict",
  "candidacy_step",
  "candidacy",
  "appointment_renewal",
  "hub_appointment",
  "hub",
  "person",
];

/** Empties the tables of people, hubs and what ties them, for the next test of a file. */
export async function forgetEverybody(em: SqlEntityManager): Promise<void> {
  for (const table of TABLES) await em.execute(`delete from ${table}`);
}
