import { type Day, isDay } from "@psqm/clock/clock";
import { Refusal } from "@psqm/refusal/refusal";
import { SchoolStatus } from "../school.rules.ts";

/** A school as a row of the DfE's register "Get Information About Schools" (GIAS) gives it. */
export interface RegisterEntry {
  urn: string;
  name: string;
  localAuthority: string;
  region: string | null;
  phase: string;
  type: string;
  status: SchoolStatus;
  closedOn: Day | null;
  street: string | null;
  locality: string | null;
  address3: string | null;
  town: string | null;
  county: string | null;
  postcode: string | null;
  pupils: number | null;
  pupilsCountedOn: Day | null;
  /** The local authority's code and the number it gave, "931/2019"; a school that becomes an academy mostly keeps it. */
  dfeNumber: string | null;
  /** Metres of the Ordnance Survey's national grid, both or neither. */
  easting: number | null;
  northing: number | null;
}

/** Where in a row each column that is read stands. */
export interface GiasLayout {
  width: number;
  at: ReadonlyMap<string, number>;
  /**
   * Whether the file says when pupils were counted. GIAS's full layout does (CensusDate). The short one has only
   * LastChangedDate, the day any part of the entry was edited: taking it for the census would invent a fact, so there
   * the day stays open.
   */
  saysWhenCounted: boolean;
}

const REQUIRED = [
  "URN",
  "LA (code)",
  "LA (name)",
  "EstablishmentNumber",
  "EstablishmentName",
  "TypeOfEstablishment (name)",
  "EstablishmentStatus (name)",
  "CloseDate",
  "PhaseOfEducation (name)",
  "NumberOfPupils",
  "LastChangedDate",
  "Street",
  "Locality",
  "Address3",
  "Town",
  "County (name)",
  "Postcode",
  "RSCRegion (name)",
  "Easting",
  "Northing",
] as const;

const CENSUS_DATE = "CensusDate";
type Column = (typeof REQUIRED)[number] | typeof CENSUS_DATE;

// GIAS's longest have about 100. More is a broken row, and what is sorted by it could not be indexed.
const LONGEST_FIELD = 300;

const STATUSES: Readonly<Record<string, SchoolStatus>> = {
  Open: SchoolStatus.Open,
  "Open, but proposed to close": SchoolStatus.ProposedToClose,
  Closed: SchoolStatus.Closed,
  "Proposed to open": SchoolStatus.ProposedToOpen,
};

/** Types of establishment that GIAS lists but that are no schools in England, where the programme is (document 003). */
const ELSEWHERE = new Set([
  "Welsh establishment",
  "Offshore schools",
  "British schools overseas",
  "Service children's education",
  "Higher education institutions",
  "Children's centre",
  "Children's centre linked site",
]);

export class NotGias extends Refusal {
  constructor(missing: readonly string[]) {
    super(
      "NOT_A_GIAS_FILE",
      `This is not an extract of Get Information About Schools: its first line lacks ${missing.map((column) => `"${column}"`).join(", ")}. Download "establishment fields" as CSV from GIAS and import that.`,
      { missing },
    );
  }
}

/**
 * Finds the columns by their names, in whatever order and company they come.
 * @throws NotGias naming what is missing
 */
export function giasLayout(header: readonly string[]): GiasLayout {
  const at = giasColumns(header, REQUIRED);
  return { width: header.length, at, saysWhenCounted: at.has(CENSUS_DATE) };
}

/** Where columns stand. @throws NotGias naming what is missing */
export function giasColumns(header: readonly string[], required: readonly string[]): ReadonlyMap<string, number> {
  const at = new Map(header.map((column, index) => [column.trim(), index]));
  const missing = required.filter((column) => !at.has(column));
  if (missing.length > 0) throw new NotGias(missing);
  return at;
}

/** What became of a row. */
export type ReadRow =
  | { kind: "school"; entry: RegisterEntry; lastChangedOn: Day | null }
  | { kind: "elsewhere" }
  | { kind: "bad"; urn: string | null; reason: string };

/** Reads a row, or says why not, with every reason there is. */
export function readRow(layout: GiasLayout, fields: readonly string[]): ReadRow {
  if (fields.length !== layout.width) {
    return { kind: "bad", urn: null, reason: `it has ${fields.length} columns, the first line has ${layout.width}` };
  }
  const text = (column: Column) => fields[layout.at.get(column) ?? -1]?.trim() ?? "";
  if (ELSEWHERE.has(text("TypeOfEstablishment (name)"))) return { kind: "elsewhere" };

  const reasons: string[] = [];
  const required = (column: Column, what: string) => {
    if (text(column) === "") reasons.push(`${what} is missing`);
    return text(column);
  };
  const urn = text("URN");
  if (!/^\d{6}$/.test(urn)) reasons.push(`the URN has six digits, this is "${shown(urn)}"`);
  const name = required("EstablishmentName", "the name");
  const localAuthority = required("LA (name)", "the local authority");
  const status = STATUSES[text("EstablishmentStatus (name)")];
  if (status === undefined) reasons.push(`the status "${shown(text("EstablishmentStatus (name)"))}" is unknown`);
  const pupils = text("NumberOfPupils");
  if (!/^\d{0,5}$/.test(pupils)) reasons.push(`the number of pupils is a whole number, this is "${shown(pupils)}"`);
  const date = (column: Column): Day | null => {
    const written = text(column);
    const day = written === "" ? null : giasDay(written);
    if (day === undefined)
      reasons.push(`${column} is a date such as 16-01-2020 or 2020-01-16, this is "${shown(written)}"`);
    return day ?? null;
  };
  const closedOn = date("CloseDate");
  const lastChangedOn = date("LastChangedDate");
  const countedOn = layout.saysWhenCounted ? date(CENSUS_DATE) : null;
  const long = REQUIRED.find((column) => text(column).length > LONGEST_FIELD);
  if (long)
    reasons.push(
      `${long} has ${text(long).length} characters, at most ${LONGEST_FIELD} are taken: "${shown(text(long))}"`,
    );
  const garbled = REQUIRED.find((column) => isGarbled(text(column)));
  if (garbled) reasons.push(`${garbled} has characters of another encoding: "${shown(text(garbled))}"`);

  const place = gridReference(text("Easting"), text("Northing"));
  if (place === undefined)
    reasons.push(
      `the grid reference is two numbers of metres, this is "${shown(`${text("Easting")}, ${text("Northing")}`)}"`,
    );

  if (reasons.length > 0 || status === undefined || place === undefined)
    return { kind: "bad", urn: urn || null, reason: reasons.join("; ") };
  const counted = pupils === "" ? null : Number(pupils);
  return {
    kind: "school",
    entry: {
      urn,
      name,
      localAuthority,
      region: text("RSCRegion (name)") || null,
      phase: text("PhaseOfEducation (name)") || "Not applicable",
      type: text("TypeOfEstablishment (name)"),
      status,
      closedOn,
      street: text("Street") || null,
      locality: text("Locality") || null,
      address3: text("Address3") || null,
      town: text("Town") || null,
      county: text("County (name)") || null,
      postcode: text("Postcode") || null,
      pupils: counted,
      pupilsCountedOn: counted === null ? null : countedOn,
      dfeNumber: dfeNumber(text("LA (code)"), text("EstablishmentNumber")),
      ...place,
    },
    lastChangedOn,
  };
}

/** Null where the register gives no number, or one that is none. */
function dfeNumber(authority: string, number: string): string | null {
  const written = `${authority}/${number}`;
  return /^\d{3}\/\d{4}$/.test(written) ? written : null;
}

/** Metres east and north; nulls for a school without a place, which GIAS also writes as 0; undefined for what is none. */
function gridReference(
  east: string,
  north: string,
): { easting: number; northing: number } | { easting: null; northing: null } | undefined {
  if (Number(east) === 0 && Number(north) === 0) return { easting: null, northing: null };
  if (!/^\d{1,7}$/.test(east) || !/^\d{1,7}$/.test(north)) return undefined;
  return { easting: Number(east), northing: Number(north) };
}

/** GIAS writes dd-mm-yyyy in its full layout and yyyy-mm-dd in shorter extracts; undefined for neither. */
export function giasDay(written: string): Day | undefined {
  const [, day, month, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(written) ?? [];
  const iso = year ? `${year}-${month}-${day}` : written;
  return isDay(iso) ? iso : undefined;
}

// What Windows-1252 makes of the bytes 80 to BF, which follow C2 to C5 where UTF-8 writes letters of England and Wales.
const SECOND_BYTE =
  "\\u0080-\\u00BF\\u0152\\u0153\\u0160\\u0161\\u0178\\u017D\\u017E\\u0192\\u02C6\\u02DC\\u2013-\\u2026\\u2030\\u2039\\u203A\\u20AC\\u2122";
const GARBLED = new RegExp(`\\uFFFD|[\\u00C2-\\u00C5][${SECOND_BYTE}]|\\u00E2\\u20AC`, "u");

/** The replacement character, or UTF-8 that was taken for Windows-1252 ("Ã©" for "é"). */
function isGarbled(text: string): boolean {
  return GARBLED.test(text);
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
