import type { Transaction } from "@psqm/events/transact";
import { requireSeen } from "@psqm/subgraph/policy";
import { programmeTeam } from "../role/role.policy.ts";
import { RegisterImportDecided, RegisterImportState } from "./register-import.rules.ts";
import { RegisterImport } from "./register-import.ts";

/** One change of the register at a time: two would each believe that they alone know what differs. */
export async function lockRegister(tx: Transaction): Promise<void> {
  await tx.em.execute("select pg_advisory_xact_lock(hashtextextended('import-schools', 0))");
}

/**
 * The extract whose changes are to be decided on, with the register locked.
 * @throws NotFound, RegisterImportDecided
 */
export async function undecidedImport(tx: Transaction, importId: string): Promise<RegisterImport> {
  await lockRegister(tx);
  const found = await tx.em.findOne(RegisterImport, { id: importId });
  const register = requireSeen(programmeTeam, tx.viewer, found, "import of the register", importId);
  if (register.state !== RegisterImportState.Staged) throw new RegisterImportDecided(register.state);
  return register;
}
