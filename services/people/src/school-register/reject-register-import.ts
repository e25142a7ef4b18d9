import { type Caller, transact } from "@psqm/events/transact";
import { undecidedImport } from "./lock-register.ts";
import { RegisterImportState } from "./register-import.rules.ts";
import type { RegisterImport } from "./register-import.ts";

/**
 * Settles that what was not approved of an extract never will be; what was, stays.
 * @throws NotFound, RegisterImportDecided
 */
export function rejectRegisterImport(caller: Caller, importId: string): Promise<RegisterImport> {
  return transact(caller, "rejectRegisterImport", importId, async (tx) => {
    const found = await undecidedImport(tx, importId);
    found.state = RegisterImportState.Rejected;
    found.decidedAt = tx.now;
    found.decidedById = tx.viewer.personId;
    return found;
  });
}
