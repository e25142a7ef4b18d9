import type { Day } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";

/** What stands in the virtual learning environment (document 002: "webinars and spotlight sessions"). */
export enum VleResourceKind {
  Link = "LINK",
  File = "FILE",
  Webinar = "WEBINAR",
  Spotlight = "SPOTLIGHT",
}

/** A school has the VLE for two years (document 002, "2 year's access to all PSQM resources via the PSQM VLE"). */
export class VleNotEntitled extends Refusal {
  constructor(clock: { from: Day; until: Day } | null) {
    super(
      "VLE_NOT_ENTITLED",
      clock
        ? `Your school has the VLE from ${clock.from} to ${clock.until}. Register for a round to have it again.`
        : "The VLE is for schools that have a place in the programme, for two years. Register for a round.",
      { ...clock },
    );
  }
}

export class ResourceWithdrawn extends Refusal {
  constructor() {
    super("RESOURCE_WITHDRAWN", "This was withdrawn before. Nothing is left to do.");
  }
}
