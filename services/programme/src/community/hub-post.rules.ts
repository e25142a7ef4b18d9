import { oneLine } from "@psqm/refusal/one-line";
import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { readWords } from "../words/words.rules.ts";

/** What hangs in a hub: the leader's announcements, and the shelf on which everybody in it puts what may help others. */
export enum HubPostKind {
  Announcement = "ANNOUNCEMENT",
  Resource = "RESOURCE",
}

export interface HubPostInput {
  kind: HubPostKind;
  title: string;
  text: string;
  link?: string | null;
}

export class PostWithdrawn extends Refusal {
  constructor() {
    super("POST_WITHDRAWN", "This was taken down before. Nothing is left to do.");
  }
}

/**
 * As it is kept: a title of 1 to 120 characters, a text of 1 to 5,000, and a link over https where there is one; what is
 * put on the shelf has one.
 * @throws BadInput
 */
export function readHubPost({ kind, title, text, link }: HubPostInput) {
  if (kind === HubPostKind.Resource && link == null) throw new BadInput("A resource has a link to where it is.");
  return {
    title: oneLine(title, "A title", 120),
    text: readWords("A text", text, 5_000),
    link: link == null ? null : readLink(link),
  };
}

/** @throws BadInput for what is no address over https */
export function readLink(text: string): string {
  const link = text.trim();
  if (link.length <= 500 && URL.canParse(link) && new URL(link).protocol === "https:") return link;
  throw new BadInput("A link is an address of at most 500 characters that begins with https://.");
}
