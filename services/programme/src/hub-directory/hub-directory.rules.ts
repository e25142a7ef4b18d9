import type { Day } from "@psqm/clock/clock";

/** The four areas in which hubs help schools to improve (document 004, "four key areas"). */
export enum HubArea {
  Teaching = "TEACHING",
  Subjects = "SUBJECTS",
  Behaviour = "BEHAVIOUR",
  Careers = "CAREERS",
}

/** Every kind of national school hub of document 004. A PSQM hub is none of them. */
export enum NationalHubKind {
  Teaching = "TEACHING",
  English = "ENGLISH",
  Maths = "MATHS",
  Computing = "COMPUTING",
  Science = "SCIENCE",
  Music = "MUSIC",
  Languages = "LANGUAGES",
  Behaviour = "BEHAVIOUR",
  Careers = "CAREERS",
}

/** What of education a school gives, from the register's phase. */
export enum Stage {
  EarlyYears = "EARLY_YEARS",
  Primary = "PRIMARY",
  Secondary = "SECONDARY",
  Post16 = "POST_16",
}

/** What sort of place a school is, from the register's type. */
export enum Setting {
  StateFunded = "STATE_FUNDED",
  College = "COLLEGE",
  Special = "SPECIAL",
  AlternativeProvision = "ALTERNATIVE_PROVISION",
  Independent = "INDEPENDENT",
}

/** Ofsted's words for a school as a whole; single-word ratings ended in September 2024, the last one given counts (ours). */
export enum OfstedRating {
  Outstanding = "OUTSTANDING",
  Good = "GOOD",
  RequiresImprovement = "REQUIRES_IMPROVEMENT",
  Inadequate = "INADEQUATE",
}

export enum Eligibility {
  Eligible = "ELIGIBLE",
  NotEligible = "NOT_ELIGIBLE",
  Unknown = "UNKNOWN",
}

/** One kind of hub in one version of the directory. A list that is null limits nothing. */
export interface HubRule {
  kind: NationalHubKind;
  area: HubArea;
  name: string;
  stages: readonly Stage[] | null;
  settings: readonly Setting[] | null;
  ratings: readonly OfstedRating[] | null;
  offers: readonly string[];
  /** First and last London day of its validity; null without limit. */
  validFrom: Day | null;
  validUntil: Day | null;
  citation: string;
}

/** What is known of a school; the register's words, as people tells them. */
export interface SchoolFacts {
  name: string;
  status: string;
  phase: string | null;
  type: string | null;
  rating: OfstedRating | null;
}

const fromReception = [Stage.Primary, Stage.Secondary, Stage.Post16] as const;
const publicSettings = [Setting.StateFunded, Setting.College, Setting.Special, Setting.AlternativeProvision] as const;
const always = { validFrom: null, validUntil: null } as const;
const subject = { area: HubArea.Subjects, settings: publicSettings, ratings: null, ...always } as const;
const bySubject = (bullet: string): string =>
  `004, "Subject hubs": all state-funded schools and colleges, special schools and alternative provision; ${bullet}`;

/** The directory (document 004, which carries no date: in force since ever and until further notice). */
export const hubDirectory: readonly HubRule[] = [
  {
    kind: NationalHubKind.Teaching,
    area: HubArea.Teaching,
    name: "Teaching school hub",
    stages: null,
    settings: null,
    ratings: null,
    offers: [
      "Initial teacher training",
      "Early career training for early career teachers and their mentors, free (funded by the DfE)",
      "Appropriate body for statutory induction",
      "Specialist national professional qualifications",
      "Leadership national professional qualifications",
    ],
    ...always,
    citation:
      '004, "Teaching hubs": schools in a designated area of the country, teachers at all stages of their career',
  },
  {
    ...subject,
    kind: NationalHubKind.English,
    name: "English hub",
    stages: [Stage.Primary],
    offers: [
      "Early reading, phonics, language and reading for pleasure",
      "Literacy specialist",
      "CPD",
      "Funding for phonics and early language resources",
    ],
    citation: bySubject('"English hub support is for primary schools only"'),
  },
  {
    ...subject,
    kind: NationalHubKind.Maths,
    name: "Maths hub",
    stages: fromReception,
    offers: ["CPD for leadership communities", "Early career teacher professional communities"],
    citation: bySubject('Maths: "from reception through to KS5"'),
  },
  {
    ...subject,
    kind: NationalHubKind.Computing,
    name: "Computing hub",
    stages: fromReception,
    offers: [
      "CPD, guidance and support",
      "Development programmes and certification",
      "Peer networking",
      "Signposts to teaching resources and lesson plans",
    ],
    citation: bySubject('Computing: "teachers from KS 1-5"'),
  },
  {
    ...subject,
    kind: NationalHubKind.Science,
    name: "Science learning partnership",
    stages: fromReception,
    offers: ["CPD", "Networking support"],
    citation: bySubject('Science: "from reception to KS5"'),
  },
  {
    ...subject,
    kind: NationalHubKind.Music,
    name: "Music hub",
    stages: null,
    offers: [
      "Music CPD",
      "Partnership of schools, trusts, local authorities and arts, community and voluntary organisations",
    ],
    citation: bySubject('Music hubs: "all children and young people", in and out of school'),
  },
  {
    ...subject,
    kind: NationalHubKind.Languages,
    name: "Language hub",
    stages: [Stage.Secondary],
    offers: ["Resources to teach French, German and Spanish"],
    citation: bySubject('"Languages hub support for secondary schools only"'),
  },
  {
    kind: NationalHubKind.Behaviour,
    area: HubArea.Behaviour,
    name: "Behaviour hub",
    stages: [Stage.Primary, Stage.Secondary],
    settings: null,
    ratings: [OfstedRating.Good, OfstedRating.RequiresImprovement, OfstedRating.Inadequate],
    offers: ["Partnership with a lead school or trust of exemplary behaviour practice, for senior leaders"],
    ...always,
    citation:
      "004, \"Behaviour hubs\": rated 'good', 'requires improvement' or 'inadequate' by Ofsted; trusts, primary and secondary schools, alternative provision, special schools",
  },
  {
    kind: NationalHubKind.Careers,
    area: HubArea.Careers,
    name: "Careers hub",
    stages: null,
    settings: null,
    ratings: null,
    offers: [
      "Training for careers leaders",
      "Network of employers, educators and providers",
      "Shared digital tools and resources",
    ],
    ...always,
    citation: '004, "Careers hubs": school and college careers leaders and senior leadership teams, Gatsby Benchmarks',
  },
];

/** The directory's rules in force on a London day. */
export function directoryOn(day: Day, directory: readonly HubRule[] = hubDirectory): HubRule[] {
  return directory.filter(
    ({ validFrom, validUntil }) =>
      (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil),
  );
}

/** Phases of the register with the stages that they mean; "Not applicable" means none that it says. */
const stagesOfPhase: Readonly<Record<string, readonly Stage[]>> = {
  Nursery: [Stage.EarlyYears],
  Primary: [Stage.Primary],
  "Middle deemed primary": [Stage.Primary],
  Secondary: [Stage.Secondary],
  "Middle deemed secondary": [Stage.Secondary],
  "All-through": [Stage.Primary, Stage.Secondary],
  "16 plus": [Stage.Post16],
};

const stateFunded =
  "Community school|Voluntary aided school|Voluntary controlled school|Foundation school|Academy converter|Academy sponsor led|Free schools|Studio schools|University technical college|City technology college|Local authority nursery school";
const colleges =
  "Further education|Sixth form centres|Special post 16 institution|Academy 16-19 converter|Academy 16 to 19 sponsor led|Free schools 16 to 19";
const special =
  "Community special school|Foundation special school|Non-maintained special school|Other independent special school|Academy special converter|Academy special sponsor led|Free schools special";
const alternativeProvision =
  "Pupil referral unit|Academy alternative provision converter|Academy alternative provision sponsor led|Free schools alternative provision";
const independent = "Other independent school|Online provider";

/** Types of the register, by the setting that document 004 would call them. Of any other type we do not say (ours). */
const settingOfType: ReadonlyMap<string, Setting> = new Map(
  (
    [
      [Setting.StateFunded, stateFunded],
      [Setting.College, colleges],
      [Setting.Special, special],
      [Setting.AlternativeProvision, alternativeProvision],
      [Setting.Independent, independent],
    ] as const
  ).flatMap(([setting, types]) => types.split("|").map((type) => [type, setting] as const)),
);

export interface Verdict {
  hub: HubRule;
  eligibility: Eligibility;
  /** A sentence: what decided, or what would have to be known. */
  reason: string;
}

const openStatuses: readonly string[] = ["OPEN", "PROPOSED_TO_CLOSE"];

/**
 * Whether hubs of this kind may support the school, and why (not). What is certain decides first: one limit that
 * excludes is enough, whatever else is not known.
 */
export function judge(rule: HubRule, school: SchoolFacts): Verdict {
  const checks = [checkOpen(school), checkSetting(rule, school), checkStage(rule, school), checkRating(rule, school)];
  const decisive =
    checks.find((check) => check?.eligibility === Eligibility.NotEligible) ??
    checks.find((check) => check?.eligibility === Eligibility.Unknown);
  return { hub: rule, ...(decisive ?? { eligibility: Eligibility.Eligible, reason: served(rule) }) };
}

type Check = Pick<Verdict, "eligibility" | "reason"> | null;

const no = (reason: string): Check => ({ eligibility: Eligibility.NotEligible, reason });
const unknown = (reason: string): Check => ({ eligibility: Eligibility.Unknown, reason });

function checkOpen({ name, status }: SchoolFacts): Check {
  return openStatuses.includes(status)
    ? null
    : no(`Hubs support open schools, and the register says that ${name} is ${status}.`);
}

function checkSetting({ name, settings }: HubRule, { type }: SchoolFacts): Check {
  if (!settings) return null;
  const served = `${article(name)} ${name} serves ${list(settings.map((setting) => settingWords[setting]))}`;
  const setting = type === null ? undefined : settingOfType.get(type);
  if (setting)
    return settings.includes(setting) ? null : no(`${served}; the register's type "${type}" is none of them.`);
  return unknown(
    type === null
      ? `${served}; what type of school this is has not been told here yet.`
      : `${served}; whether "${type}" is one of them, the programme team does not say.`,
  );
}

function checkStage({ name, stages, kind }: HubRule, { phase, type }: SchoolFacts): Check {
  if (!stages) return null;
  const setting = type === null ? undefined : settingOfType.get(type);
  // Named by themselves in document 004, whatever their pupils' age.
  const named = setting === Setting.Special || setting === Setting.AlternativeProvision;
  if (kind === NationalHubKind.Behaviour && named) return null;
  const served = `${article(name)} ${name} serves ${list(stages.map((stage) => stageWords[stage]))}`;
  const own = phase === null ? undefined : stagesOfPhase[phase];
  if (own)
    return own.some((stage) => stages.includes(stage)) ? null : no(`${served}; the register's phase is "${phase}".`);
  return unknown(`${served}; the register says no phase of this school that could tell.`);
}

function checkRating({ name, ratings }: HubRule, { rating }: SchoolFacts): Check {
  if (!ratings) return null;
  const served = `${article(name)} ${name} is open to schools that Ofsted has rated ${list(
    ratings.map((each) => ratingWords[each]),
    "or",
  )}`;
  if (rating === null) return unknown(`${served}. Say how it rated this one last; no rating is kept here.`);
  return ratings.includes(rating) ? null : no(`${served}; this one is ${ratingWords[rating]}.`);
}

function served({ name, stages, settings, ratings }: HubRule): string {
  const limits = [
    stages ? list(stages.map((stage) => stageWords[stage])) : "every phase",
    settings ? `in ${list(settings.map((setting) => settingWords[setting]))}` : null,
    ratings
      ? `rated ${list(
          ratings.map((rating) => ratingWords[rating]),
          "or",
        )}`
      : null,
  ].filter((limit) => limit !== null);
  return `${article(name)} ${name} serves ${limits.join(", ")}, and this school is within that.`;
}

const stageWords: Readonly<Record<Stage, string>> = {
  [Stage.EarlyYears]: "early years",
  [Stage.Primary]: "primary",
  [Stage.Secondary]: "secondary",
  [Stage.Post16]: "16 plus",
};

const settingWords: Readonly<Record<Setting, string>> = {
  [Setting.StateFunded]: "state-funded schools",
  [Setting.College]: "colleges",
  [Setting.Special]: "special schools",
  [Setting.AlternativeProvision]: "alternative provision",
  [Setting.Independent]: "independent schools",
};

const ratingWords: Readonly<Record<OfstedRating, string>> = {
  [OfstedRating.Outstanding]: "outstanding",
  [OfstedRating.Good]: "good",
  [OfstedRating.RequiresImprovement]: "requires improvement",
  [OfstedRating.Inadequate]: "inadequate",
};

function list(words: readonly string[], last = "and"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

const article = (word: string): string => (/^[AEIOU]/.test(word) ? "An" : "A");
