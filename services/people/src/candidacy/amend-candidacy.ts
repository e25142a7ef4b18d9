import { type Caller, transact } from "@psqm/events/transact";
import { StaleVersion } from "@psqm/refusal/refusal";
import { assertWritable, candidacyStatement } from "./candidacy.rules.ts";
import type { Candidacy } from "./candidacy.ts";
import { lockOwnCandidacy } from "./lock-candidacy.ts";

/**
 * The candidate rewrites the statement, or whether they are a teacher.
 * @throws StaleVersion with what stands when it was changed meanwhile
 * @throws CandidacyClosed unless it is a draft or more evidence was asked for
 */
export async function amendCandidacy(
  caller: Caller,
  input: { candidacyId: string; statement: string; isTeacher: boolean; version: number },
): Promise<Candidacy> {
  const { candidacyId, isTeacher, version } = input;
  const statement = candidacyStatement(input.statement);
  return transact(caller, "amendCandidacy", candidacyId, async (tx) => {
    const candidacy = await lockOwnCandidacy(tx, candidacyId, "Writing on a candidacy");
    assertWritable(candidacy.state);
    if (version !== candidacy.version) {
      const { statement, isTeacher } = candidacy;
      throw new StaleVersion(version, { version: candidacy.version, statement, isTeacher });
    }
    return tx.em.assign(candidacy, { statement, isTeacher, version: version + 1 });
  });
}
