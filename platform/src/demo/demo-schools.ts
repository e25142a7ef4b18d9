interface DemoSchool {
  urn: number;
  name: string;
  authority: [code: number, name: string, region: string];
  pupils: number | "";
  street: string;
  town: string;
  postcode: string;
}

const eastRiding: DemoSchool["authority"] = [811, "East Riding of Yorkshire", "Yorkshire and the Humber"];
const hull: DemoSchool["authority"] = [810, "Kingston upon Hull, City of", "Yorkshire and the Humber"];
const oxfordshire: DemoSchool["authority"] = [931, "Oxfordshire", "South East"];

/** Invented, with reference numbers that the DfE has not given out. Pupil numbers stand on both sides of the fee's border. */
const schools: readonly DemoSchool[] = [
  {
    urn: 990001,
    name: "Wolds Edge Primary School",
    authority: eastRiding,
    pupils: 64,
    street: "Chapel Lane",
    town: "Driffield",
    postcode: "YO25 9ZZ",
  },
  {
    urn: 990002,
    name: "Spurn Point Primary School",
    authority: eastRiding,
    pupils: 99,
    street: "Lighthouse Road",
    town: "Withernsea",
    postcode: "HU19 9ZZ",
  },
  {
    urn: 990003,
    name: "Holderness Church of England Primary School",
    authority: eastRiding,
    pupils: 212,
    street: "Church Street",
    town: "Hedon",
    postcode: "HU12 9ZZ",
  },
  {
    urn: 990004,
    name: "Humber Bank Primary School",
    authority: hull,
    pupils: 371,
    street: "Dock Street",
    town: "Hull",
    postcode: "HU1 9ZZ",
  },
  {
    urn: 990005,
    name: "Old Town Infant School",
    authority: hull,
    pupils: "",
    street: "Market Place",
    town: "Hull",
    postcode: "HU1 9ZX",
  },
  {
    urn: 990006,
    name: "Chalk Stream Primary School",
    authority: oxfordshire,
    pupils: 100,
    street: "Mill Lane",
    town: "Wantage",
    postcode: "OX12 9ZZ",
  },
  {
    urn: 990007,
    name: "Ridgeway Primary Academy",
    authority: oxfordshire,
    pupils: 318,
    street: "Ridgeway",
    town: "Didcot",
    postcode: "OX11 9ZZ",
  },
  {
    urn: 990008,
    name: "Cherwell Meadows Primary School",
    authority: oxfordshire,
    pupils: 143,
    street: "Water Eaton Road",
    town: "Oxford",
    postcode: "OX2 9ZZ",
  },
];

export const woldsEdge = 990001;
export const chalkStream = 990006;

const columns: Record<string, (school: DemoSchool) => string | number> = {
  URN: ({ urn }) => urn,
  "LA (code)": ({ authority }) => authority[0],
  "LA (name)": ({ authority }) => authority[1],
  EstablishmentNumber: ({ urn }) => urn % 10_000,
  EstablishmentName: ({ name }) => name,
  "TypeOfEstablishment (code)": () => 1,
  "TypeOfEstablishment (name)": () => "Community school",
  "EstablishmentStatus (code)": () => 1,
  "EstablishmentStatus (name)": () => "Open",
  CloseDate: () => "",
  "PhaseOfEducation (code)": () => 2,
  "PhaseOfEducation (name)": () => "Primary",
  NumberOfPupils: ({ pupils }) => pupils,
  UKPRN: () => "",
  // Older than every register of the DfE's, so that a real one may follow.
  LastChangedDate: () => "2000-01-01",
  Street: ({ street }) => street,
  Locality: () => "",
  Address3: () => "",
  Town: ({ town }) => town,
  "County (name)": () => "",
  Postcode: ({ postcode }) => postcode,
  Easting: () => "",
  Northing: () => "",
  "RSCRegion (name)": ({ authority }) => authority[2],
};

/** The schools as the DfE would publish them: 24 columns, one header line. */
export function demoRegister(): string {
  const cell = (value: string | number) =>
    /[",]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
  const rows = schools.map((school) => Object.values(columns).map((column) => cell(column(school))));
  return [Object.keys(columns), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
