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
  /** The school at which it is based: from there distances are told. */
  baseSchoolId?: string | null;
}

const TEXT_LENGTH = 120;
const MOST_PLACES = 500;

export class HubTooFull extends Refusal {
  constructor(hub: { name: string }, capacity: number, placesTaken: number) {
    super(
      "HUB_TOO_FULL",
      `${placesTaken} schools hold a place in ${hub.name}, so it cannot have ${capacity}. Move schools to another hub first.`,
      { placesTaken },
    );
  }
}

/**
 * A new hub's input as it is kept: texts trimmed, 1 to 120 characters; 1 to 500 places.
 * Whether the leader exists is people's to say; here the id must only look like a person's.
 * @throws BadInput
 */
export function readHubInput(input: HubInput): HubInput {
  const { leaderId, baseSchoolId } = input;
  const capacity = readCapacity(input.capacity);
  if (!/^per_[0-9a-z-]{1,60}$/.test(leaderId)) {
    throw new BadInput(
      `A hub's leader is given by a person's id, such as "per_…"; this is ${JSON.stringify(leaderId)}.`,
    );
  }
  return {
    name: readName(input.name),
    area: readArea(input.area),
    capacity,
    leaderId,
    baseSchoolId: baseSchoolId ?? null,
  };
}

/** 1 to 500 places. @throws BadInput */
export function readCapacity(capacity: number): number {
  if (capacity >= 1 && capacity <= MOST_PLACES) return capacity;
  throw new BadInput(`A hub has 1 to ${MOST_PLACES} places; this is ${capacity}.`);
}

export const readName = (text: string): string => readText("name", text);

export const readArea = (text: string): string => readText("area", text);

const readText = (what: string, text: string): string => oneLine(text, `A hub's ${what}`, TEXT_LENGTH);
