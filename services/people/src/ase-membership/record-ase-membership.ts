import { LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { Person } from "../person/person.ts";
import { AseNumberTaken, AseVerification, aseNumber } from "./ase-membership.rules.ts";
import { AseMembership } from "./ase-membership.ts";

/**
 * The viewer says which member of the ASE they are, and until when. What changes is unverified again.
 * @throws BadInput for a number that cannot be one
 * @throws AseNumberTaken when somebody else has it
 */
export async function recordAseMembership(
  caller: Caller,
  input: { number: string; expiresOn: Day },
): Promise<AseMembership> {
  const number = aseNumber(input.number);
  const { expiresOn } = input;
  try {
    return await transact(caller, "recordAseMembership", caller.viewer.personId ?? "", async (tx) => {
      const self = await tx.em.findOne(
        Person,
        { id: tx.viewer.personId ?? "" },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!self) throw new Unauthenticated();
      const current = await tx.em.findOne(AseMembership, { personId: self.id }, { refresh: true });
      if (current && current.number === number && current.expiresOn === expiresOn) return current;
      const changed = { number, expiresOn, state: AseVerification.Unverified, verifiedAt: null };
      return current
        ? tx.em.assign(current, { ...changed, version: current.version + 1 })
        : tx.em.create(AseMembership, { personId: self.id, ...changed, version: 1 });
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new AseNumberTaken(number);
    throw error;
  }
}
