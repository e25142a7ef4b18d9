import { writeFile } from "node:fs/promises";

/**
 * Makes extracts of "Get Information About Schools" (GIAS) in its two layouts, with made-up schools, for where the real
 * ones are not at hand. The same arguments make the same file.
 */
export type GiasLayoutName = "short" | "full";

/** The columns of a row by their GIAS names; what is left out is empty. */
export type GiasRow = Readonly<Record<string, string>>;

/** A school of the demonstration in the East Riding of Yorkshire with fewer than 100 pupils. */
export const SMALL_SCHOOL = {
  urn: "990001",
  name: "Wolds Edge Primary School",
  localAuthority: "East Riding of Yorkshire",
  pupils: 64,
};

/** A school of the demonstration with exactly 100 pupils. */
export const HUNDRED_SCHOOL = {
  urn: "990002",
  name: "Chalk Stream Primary School",
  localAuthority: "Oxfordshire",
  pupils: 100,
};

const SHORT_COLUMNS = [
  "URN",
  "LA (code)",
  "LA (name)",
  "EstablishmentNumber",
  "EstablishmentName",
  "TypeOfEstablishment (code)",
  "TypeOfEstablishment (name)",
  "EstablishmentStatus (code)",
  "EstablishmentStatus (name)",
  "CloseDate",
  "PhaseOfEducation (code)",
  "PhaseOfEducation (name)",
  "NumberOfPupils",
  "UKPRN",
  "LastChangedDate",
  "Street",
  "Locality",
  "Address3",
  "Town",
  "County (name)",
  "Postcode",
  "Easting",
  "Northing",
  "RSCRegion (name)",
];

const FULL_COLUMNS = `URN|LA (code)|LA (name)|EstablishmentNumber|EstablishmentName|TypeOfEstablishment (code)|
TypeOfEstablishment (name)|EstablishmentTypeGroup (code)|EstablishmentTypeGroup (name)|
EstablishmentStatus (code)|EstablishmentStatus (name)|ReasonEstablishmentOpened (code)|
ReasonEstablishmentOpened (name)|OpenDate|ReasonEstablishmentClosed (code)|ReasonEstablishmentClosed (name)|
CloseDate|PhaseOfEducation (code)|PhaseOfEducation (name)|StatutoryLowAge|StatutoryHighAge|Boarders (code)|
Boarders (name)|NurseryProvision (name)|OfficialSixthForm (code)|OfficialSixthForm (name)|Gender (code)|
Gender (name)|ReligiousCharacter (code)|ReligiousCharacter (name)|ReligiousEthos (name)|Diocese (code)|
Diocese (name)|AdmissionsPolicy (code)|AdmissionsPolicy (name)|SchoolCapacity|SpecialClasses (code)|
SpecialClasses (name)|CensusDate|NumberOfPupils|NumberOfBoys|NumberOfGirls|PercentageFSM|
TrustSchoolFlag (code)|TrustSchoolFlag (name)|Trusts (code)|Trusts (name)|SchoolSponsorFlag (name)|
SchoolSponsors (name)|FederationFlag (name)|Federations (code)|Federations (name)|UKPRN|FEHEIdentifier|
FurtherEducationType (name)|OfstedLastInsp|OfstedSpecialMeasures (code)|OfstedSpecialMeasures (name)|
LastChangedDate|Street|Locality|Address3|Town|County (name)|Postcode|SchoolWebsite|TelephoneNum|
HeadTitle (name)|HeadFirstName|HeadLastName|HeadPreferredJobTitle|BSOInspectorateName (name)|
InspectorateReport|DateOfLastInspectionVisit|NextInspectionVisit|TeenMoth (name)|TeenMothPlaces|CCF (name)|
SENPRU (name)|EBD (name)|PlacesPRU|FTProv (name)|EdByOther (name)|Section41Approved (name)|SEN1 (name)|
SEN2 (name)|SEN3 (name)|SEN4 (name)|SEN5 (name)|SEN6 (name)|SEN7 (name)|SEN8 (name)|SEN9 (name)|
SEN10 (name)|SEN11 (name)|SEN12 (name)|SEN13 (name)|TypeOfResourcedProvision (name)|
ResourcedProvisionOnRoll|ResourcedProvisionCapacity|SenUnitOnRoll|SenUnitCapacity|GOR (code)|GOR (name)|
DistrictAdministrative (code)|DistrictAdministrative (name)|AdministrativeWard (code)|
AdministrativeWard (name)|ParliamentaryConstituency (code)|ParliamentaryConstituency (name)|
UrbanRural (code)|UrbanRural (name)|GSSLACode (name)|Easting|Northing|CensusAreaStatisticWard (name)|
MSOA (name)|LSOA (name)|InspectorateName (name)|SENStat|SENNoStat|BoardingEstablishment (name)|PropsName|
PreviousLA (code)|PreviousLA (name)|PreviousEstablishmentNumber|OfstedRating (name)|RSCRegion (name)|
Country (name)|UPRN|SiteName|QABName (code)|QABName (name)|EstablishmentAccredited (code)|
EstablishmentAccredited (name)|QABReport|CHNumber|MSOA (code)|LSOA (code)`
  .replaceAll("\n", "")
  .split("|");

const AUTHORITIES = [
  {
    code: "811",
    name: "East Riding of Yorkshire",
    town: "Beverley",
    region: "East Midlands and the Humber",
    postcode: "HU17",
  },
  {
    code: "931",
    name: "Oxfordshire",
    town: "Oxford",
    region: "North-West London and South-Central England",
    postcode: "OX4",
  },
  { code: "886", name: "Kent", town: "Maidstone", region: "South-East England and South London", postcode: "ME14" },
  { code: "888", name: "Lancashire", town: "Preston", region: "Lancashire and West Yorkshire", postcode: "PR1" },
];
const NAMES = ["Oak Lane", "St Mary's CofE", "Café Row", "Mill Hill", "Christ Church, Hampton", "Meadow", "Riverside"];

/** Rows of made-up open primary schools, beginning with {@link SMALL_SCHOOL} and {@link HUNDRED_SCHOOL}. */
export function giasRows(count: number): GiasRow[] {
  return Array.from({ length: count }, (_, index) => {
    const told = [SMALL_SCHOOL, HUNDRED_SCHOOL][index];
    const authority = AUTHORITIES[index % AUTHORITIES.length] ?? AUTHORITIES[0];
    const place = NAMES[index % NAMES.length];
    return {
      URN: told?.urn ?? String(100_000 + index),
      "LA (code)": authority?.code ?? "",
      "LA (name)": authority?.name ?? "",
      EstablishmentNumber: String(2000 + (index % 2000)),
      EstablishmentName: told?.name ?? `${place} Primary School ${index}`,
      "TypeOfEstablishment (code)": "1",
      "TypeOfEstablishment (name)": "Community school",
      "EstablishmentTypeGroup (code)": "4",
      "EstablishmentTypeGroup (name)": "Local authority maintained schools",
      "EstablishmentStatus (code)": "1",
      "EstablishmentStatus (name)": "Open",
      "PhaseOfEducation (code)": "2",
      "PhaseOfEducation (name)": "Primary",
      NumberOfPupils: told ? String(told.pupils) : index % 59 === 58 ? "" : String(30 + ((index * 37) % 600)),
      UKPRN: String(10_000_000 + index),
      CensusDate: "19-01-2023",
      LastChangedDate: "2023-11-14",
      Street: `${1 + (index % 90)} School Lane`,
      Locality: "",
      Town: authority?.town ?? "",
      "County (name)": authority?.name ?? "",
      Postcode: `${authority?.postcode} ${index % 10}AB`,
      "RSCRegion (name)": authority?.region ?? "",
    };
  });
}

/**
 * The bytes of an extract: `short` has 24 columns in UTF-8 with dates such as 2023-11-14, `full` has 139 columns, all
 * quoted, in ISO-8859-1 with dates such as 14-11-2023. Both end their lines with CR LF, as GIAS does.
 */
export function giasFile(layout: GiasLayoutName, rows: readonly GiasRow[]): Buffer {
  const columns = layout === "short" ? SHORT_COLUMNS : FULL_COLUMNS;
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const cell = (text: string) => (layout === "full" || /[",\r\n]/.test(text) ? quote(text) : text);
  const dated = (text: string) => (layout === "full" ? text.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3-$2-$1") : text);
  const lines = [columns, ...rows.map((row) => columns.map((column) => dated(row[column] ?? "")))];
  const text = lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
  return Buffer.from(text, layout === "short" ? "utf8" : "latin1");
}

/** Writes an extract of `count` made-up schools. */
export async function writeGiasFile(file: string, layout: GiasLayoutName, count: number): Promise<void> {
  await writeFile(file, giasFile(layout, giasRows(count)));
}
