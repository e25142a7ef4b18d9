import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { BadInput } from "@psqm/refusal/refusal";
import { applyChanges } from "./apply-changes.ts";
import { undecidedImport } from "./lock-register.ts";
import { RegisterChangeKind } from "./register-change.rules.ts";
import { RegisterImportState, RegisterMovedOn, SuccessorPending } from "./register-import.rules.ts";
import type { RegisterImport } from "./register-import.ts";

/**
 * Puts the changes of these kinds into force, all kinds when none is named; the rest wait for another approval.
 * @throws BadInput for an empty list of kinds
 * @throws RegisterImportDecided, RegisterMovedOn, SuccessorPending
 */
export function approveRegisterChanges(
  caller: Caller,
  { importId, kinds }: { importId: string; kinds: readonly RegisterChangeKind[] | null },
): Promise<RegisterImport> {
  if (kinds?.length === 0) throw new BadInput("Name the kinds of changes to approve, or leave `kinds` out for all.");
  const approved = [...new Set(kinds ?? Object.values(RegisterChangeKind))];
  return transact(caller, "approveRegisterChanges", importId, async (tx) => {
    const found = await undecidedImport(tx, importId);
    await assertStillCompared(tx, found);
    if (!approved.includes(RegisterChangeKind.New)) await assertHeirsKnown(tx, importId, approved);
    await applyChanges(tx, importId, approved);
    const rest = await tx.em.execute(
      "select 1 from register_change where import_id = ? and applied_at is null limit 1",
      [importId],
    );
    if (rest.length === 0) found.state = RegisterImportState.Applied;
    found.decidedAt = tx.now;
    found.decidedById = tx.viewer.personId;
    return found;
  });
}

/** @throws RegisterMovedOn when anything of another extract came into force since this one was compared */
async function assertStillCompared(tx: Transaction, { id, stagedAt }: RegisterImport): Promise<void> {
  const later = await tx.em.execute(
    "select 1 from register_change where import_id <> ? and applied_at >= ? union all select 1 from register_import where id <> ? and state = 'APPLIED' and decided_at >= ? limit 1",
    [id, stagedAt, id, stagedAt],
  );
  if (later.length > 0) throw new RegisterMovedOn();
}

/** @throws SuccessorPending */
async function assertHeirsKnown(
  tx: Transaction,
  importId: string,
  approved: readonly RegisterChangeKind[],
): Promise<void> {
  if (!approved.includes(RegisterChangeKind.Merged)) return;
  const [pending] = await tx.em.execute<{ urn: string; successor_urn: string }[]>(
    `select c.urn, c.successor_urn from register_change c
     join register_change heir on heir.import_id = c.import_id and heir.urn = c.successor_urn
     where c.import_id = ? and c.kind = 'MERGED' and heir.kind = 'NEW' and heir.applied_at is null limit 1`,
    [importId],
  );
  if (pending) throw new SuccessorPending(pending.urn, pending.successor_urn);
}
