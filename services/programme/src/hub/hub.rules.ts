import { oneLine } from "@psqm/refusal/one-line";
import { BadInput, Refusal } from "@psqm/refusal/refusal";

/** Which kind of hub; the directory of other national hubs (document 004) has kinds of its own. */
export enum HubKind {
  SciencePsqm = "SCIENCE_PSQM",
}

export class HubNameTaken extends Refusal {
  constructor(name: string) {
    super("HUB_NAME_TAKEN", `There is a hub called "${name}" already. Give the new one another name.`, { name });
  }
}

export interface HubInput {
  name: string;
  area: string;
  capacity: number;
  leaderId: string;
}

const TEXT_LENGTH = 120;
const MOST_PLACES = 500;

/**
 * A new hub's input as it is kept: texts trimmed, 1 to 120 characters; 1 to 500 places.
 * Whether the leader exists is people's to say; here the id must only look like a person's.
 * @throws BadInput
 */
export function readHubInput({ name, area, capacity, leaderId }: HubInput): HubInput {
  if (capacity < 1 || capacity > MOST_PLACES) {
    throw new BadInput(`A hub has 1 to ${MOST_PLACES} places; this is ${capacity}.`);
  }
  if (!/^per_[0-9a-z-]{1,60}$/.test(leaderId)) {
    throw new BadInput(
      `A hub's leader is given by a person's id, such as "per_…"; this is ${JSON.stringify(leaderId)}.`,
    );
  }
  return { name: readText("name", name), area: readText("area", area), capacity, leaderId };
}

const readText = (what: string, text: string): string => oneLine(text, `A hub's ${what}`, TEXT_LENGTH);
