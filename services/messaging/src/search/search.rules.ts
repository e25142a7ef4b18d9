import { BadInput } from "@psqm/refusal/refusal";

/** Around what was found in an excerpt. No message holds them: control characters are refused. */
export const FOUND_BEGINS = "\u0001";
export const FOUND_ENDS = "\u0002";

const LONGEST_SEARCH = 200;

/** A part of an excerpt, and whether it is what was searched for. */
export interface Part {
  text: string;
  found: boolean;
}

/** The words to search for. Throws BadInput unless there are 1 to 200 characters, none of them a control. */
export function searchWords(given: string): string {
  const words = given.trim();
  if (words.length < 1 || words.length > LONGEST_SEARCH || /\p{Cc}/u.test(words) || !words.isWellFormed()) {
    throw new BadInput("Search for 1 to 200 printable characters.");
  }
  return words;
}

/** An excerpt taken apart at its marks, so that nobody has to find markup in what people wrote. */
export function parts(excerpt: string): Part[] {
  return excerpt
    .split(FOUND_BEGINS)
    .flatMap((piece, index) => {
      if (index === 0) return [{ text: piece, found: false }];
      const [found = "", ...rest] = piece.split(FOUND_ENDS);
      return [
        { text: found, found: true },
        { text: rest.join(""), found: false },
      ];
    })
    .filter(({ text }) => text !== "");
}
