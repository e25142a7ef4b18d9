import { BadInput } from "@psqm/refusal/refusal";

const LONGEST_TEXT = 200;
const MOST_WORDS = 12;
/** Fewer letters are like too many words. */
const SHORTEST_WORD = 3;

/** Words of so many schools' names that they find nothing alone, and would only make a search slow. */
const EVERYWHERE = new Set(
  "school schools primary infant infants junior juniors academy nursery the and church england catholic voluntary aided controlled community first saint".split(
    " ",
  ),
);

/** What a school must be like, and what makes it more like what was meant. */
export interface SearchWords {
  wanted: string[];
  all: string[];
}

/**
 * The words of a search, as schools' texts are kept for it: in lower case, without accents, apostrophes and signs.
 * @throws BadInput for more than 200 characters or 12 words, or without any word of three letters or digits that not every school has
 */
export function searchWords(text: string): SearchWords {
  const words = text
    .normalize("NFD")
    .replace(/[\p{M}'’]/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const all = [...new Set(words)];
  const long = all.filter((word) => word.length >= SHORTEST_WORD);
  const wanted = long.filter((word) => !EVERYWHERE.has(word));
  if (text.length > LONGEST_TEXT || all.length > MOST_WORDS || wanted.length === 0) {
    throw new BadInput(
      `Search schools by 1 to ${MOST_WORDS} words of the name, town, postcode, local authority or URN; one of them has ${SHORTEST_WORD} letters or digits at least and is not in every name, as "primary school" is.`,
    );
  }
  return { wanted, all };
}

/**
 * A place on the Ordnance Survey's national grid, in metres.
 * @throws BadInput for one that is not on it
 */
export function gridPlace(easting: number, northing: number): { easting: number; northing: number } {
  const isOn = (metres: number, limit: number) => Number.isInteger(metres) && metres >= 0 && metres <= limit;
  if (isOn(easting, 700_000) && isOn(northing, 1_300_000)) return { easting, northing };
  throw new BadInput(
    `A place on the national grid is 0 to 700,000 metres east and 0 to 1,300,000 north; this is ${easting}, ${northing}.`,
  );
}
