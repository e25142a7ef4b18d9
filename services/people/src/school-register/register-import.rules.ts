import type { Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";

/** What became of an extract of the register. */
export enum RegisterImportState {
  Staged = "STAGED",
  Applied = "APPLIED",
  Rejected = "REJECTED",
}

export class RegisterOlder extends Refusal {
  constructor(asOf: Day, appliedAsOf: Day) {
    super(
      "REGISTER_OLDER",
      `This extract tells of changes until ${asOf}, and one that tells of changes until ${appliedAsOf} was applied already. Download a newer one.`,
      { asOf, appliedAsOf },
    );
  }
}

export class RegisterMovedOn extends Refusal {
  constructor() {
    super(
      "REGISTER_MOVED_ON",
      "Another extract was applied after this one was compared with what is known. Stage this one again, or the newest.",
    );
  }
}

export class RegisterImportDecided extends Refusal {
  constructor(state: RegisterImportState) {
    super("REGISTER_IMPORT_DECIDED", `This extract is ${state} already. Stage another one.`, { state });
  }
}

export class SuccessorPending extends Refusal {
  constructor(urn: string, successorUrn: string) {
    super(
      "SUCCESSOR_PENDING",
      `School ${urn} merged into ${successorUrn}, which is new and not approved yet. Approve NEW before MERGED, or with it.`,
      { urn, successorUrn },
    );
  }
}
