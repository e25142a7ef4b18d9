import { createHash } from "node:crypto";
import type { Day } from "@psqm/clock/clock";
import { type DemoPerson, demoPeople } from "./demo-people.ts";
import { chalkStream, woldsEdge } from "./demo-schools.ts";
import type { Answer, Ask } from "./graph.ts";

/** What a step of the year works with. */
export interface Stage {
  as(person: DemoPerson): Ask;
  /** Makes the first of the programme team, who has nobody to be made by. */
  appointFirst(person: DemoPerson): Promise<void>;
  /** Reads the invented schools with the importer that reads the DfE's. */
  importSchools(): Promise<void>;
  /** Puts a content under a path that the graph gave. */
  put(path: string, content: string): Promise<void>;
  /** What earlier steps have made, by a name of ours. */
  ids: Map<string, string>;
}

export interface Step {
  on: Day;
  title: string;
  play(stage: Stage): Promise<void>;
}

/**
 * Two rounds of autumn: Wolds Edge has been through the one before, to its award; Chalk Stream is in the middle of the
 * current one. The days follow the calendar of document 001. Steps after the demonstration's today have not happened.
 */
export function demonstrationYear(today: Day): Step[] {
  // The award of a round comes in the September after it.
  const year = Number(today.slice(0, 4)) - (today.slice(5) < "10-01" ? 1 : 0);
  const [last, current] = [year - 1, year];
  return [...beginnings(last), ...wholeYear(last), ...runningYear(current)]
    .filter(({ on }) => on <= today)
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

/** What the candidate shows for each criterion of document 001's specification: criterion, kind, text. */
const candidatesEvidence: readonly [string, string, string][] = [
  [
    "LED_CPD",
    "TRAINING_DELIVERED",
    "Six half-days for the local authority on assessing enquiry, all rated good or better.",
  ],
  ["TAUGHT_SCIENCE", "HEAD_TEACHERS_LETTER", "Years 2, 4 and 5, as our head teacher confirms."],
  ["SCIENCE_DEVELOPMENT", "SCIENCE_WEEK", "Four science weeks, the last with three neighbouring schools."],
  ["UP_TO_DATE_KNOWLEDGE", "SCIENCE_CPD", "Two courses a year, and what changed in our teaching after each."],
  ["DEVELOPED_COLLEAGUES", "AS_SUBJECT_LEADER", "Three colleagues have become subject leaders of their own schools."],
  ["COMMITMENT", "OTHER", "I can give the two training days, the mentoring and the review panel for a year and more."],
  ["OWN_PSQM_AWARD", "AWARD_DATE_AND_LEVEL", "PSQM Gilt, two years ago."],
];

function beginnings(year: number): Step[] {
  return [
    {
      on: `${year}-05-12`,
      title: "the programme team",
      async play({ as, appointFirst, ids }) {
        await appointFirst("helen");
        for (const person of ["felix", "lena", "rafael", "mina", "carl"] as const)
          ids.set(person, (await as("helen")(createPerson, { input: nameAndEmail(person) })).createPerson.id);
        await as("helen")(
          `mutation ($personId: ID!) { grantStaffRole(personId: $personId, role: FINANCE_OFFICER) { id } }`,
          {
            personId: ids.get("felix"),
          },
        );
      },
    },
    {
      on: `${year}-05-19`,
      title: "schools",
      play: ({ importSchools }) => importSchools(),
    },
    {
      on: `${year}-05-20`,
      title: "hubs and their leaders",
      async play({ as, ids }) {
        const create = `mutation ($input: CreateHubInput!) { createHub(input: $input) { id } }`;
        const humber = { name: "Humber Science Hub", area: "East Riding of Yorkshire and Hull", capacity: 12 };
        const thames = { name: "Thames Valley Science Hub", area: "Oxfordshire and Berkshire", capacity: 12 };
        ids.set(
          "humber",
          (await as("helen")(create, { input: { ...humber, leaderId: ids.get("lena") } })).createHub.id,
        );
        ids.set(
          "thames",
          (await as("helen")(create, { input: { ...thames, leaderId: ids.get("rafael") } })).createHub.id,
        );
      },
    },
    {
      on: `${year}-05-21`,
      title: "a mentor and a candidate",
      async play({ as, ids }) {
        await as("helen")(`mutation ($input: AppointToHubInput!) { appointToHub(input: $input) { id } }`, {
          input: { hubId: ids.get("humber"), personId: ids.get("mina"), role: "MENTOR" },
        });
        const candidacy = (
          await as("carl")(`mutation ($input: ApplyAsCandidateInput!) { applyAsCandidate(input: $input) { id } }`, {
            input: {
              kind: "HUB_LEADER",
              isTeacher: true,
              statement:
                "I have led science in two schools and trained teachers across our local authority for six years.",
            },
          })
        ).applyAsCandidate.id;
        const write = `mutation ($input: WriteCandidacyEvidenceInput!) { writeCandidacyEvidence(input: $input) { id } }`;
        for (const [criterion, kind, text] of candidatesEvidence)
          await as("carl")(write, { input: { candidacyId: candidacy, criterion, kind, text, version: 0 } });
        await as("carl")(`mutation ($id: ID!) { submitCandidacy(candidacyId: $id) { id } }`, { id: candidacy });
      },
    },
    {
      on: `${year}-05-22`,
      title: "the teams of two schools",
      async play({ as, ids }) {
        const [wolds, chalk] = [await schoolId(as("helen"), woldsEdge), await schoolId(as("helen"), chalkStream)];
        ids.set("wolds", wolds).set("chalk", chalk);
        await as("helen")(addMember, { input: { schoolId: wolds, ...nameAndEmail("harriet"), role: "HEAD_TEACHER" } });
        await as("helen")(addMember, { input: { schoolId: chalk, ...nameAndEmail("henry"), role: "HEAD_TEACHER" } });
        await as("harriet")(addMember, { input: { schoolId: wolds, ...nameAndEmail("sam"), role: "SUBJECT_LEADER" } });
        await as("harriet")(addMember, {
          input: { schoolId: wolds, ...nameAndEmail("tess"), role: "SECOND_PARTICIPANT" },
        });
        await as("henry")(addMember, { input: { schoolId: chalk, ...nameAndEmail("anna"), role: "SUBJECT_LEADER" } });
      },
    },
  ];
}

/** From registration to award, invoice and fee. */
function wholeYear(year: number): Step[] {
  const next = year + 1;
  return [
    { on: `${year}-05-28`, title: "round 7", play: openRound(7, year) },
    { on: `${year}-06-10`, title: "a registration", play: register("sam", "wolds", 7) },
    { on: `${year}-06-18`, title: "a place", play: offerPlace("wolds", "humber") },
    { on: `${year}-06-25`, title: "a place taken", play: acceptPlace("harriet", "wolds") },
    {
      on: `${year}-09-09`,
      title: "the fee paid",
      async play({ as, ids }) {
        const invoice = await invoiceOf(as("felix"), ids.get("wolds enrolment"));
        await as("felix")(`mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { id } }`, {
          input: {
            invoiceId: invoice.id,
            amountPence: invoice.outstandingPence,
            reference: "Dogger Bank Wind Farm community fund",
            receivedOn: `${year}-09-09`,
            idempotencyKey: `demonstration ${invoice.id}`,
          },
        });
      },
    },
    {
      on: `${year}-09-16`,
      title: "messages",
      play: talk("wolds", [
        ["lena", "Welcome to the Humber hub! Our first training day is on the 24th. Please bring your audit."],
        ["sam", "Thank you, Lena. Tess and I will both be there. Should we bring examples of pupils' work?"],
        ["lena", "Yes please: two or three pieces that show how enquiry is taught across the school."],
      ]),
    },
    { on: `${year}-10-08`, title: "a mark proposed", play: proposeMark("sam", "wolds", "PSQM_GILT") },
    { on: `${year}-10-20`, title: "a mark agreed", play: agreeMark("lena", "wolds", "PSQM_GILT") },
    { on: `${next}-04-14`, title: "reflections", play: reflect("sam", "wolds", Number.POSITIVE_INFINITY) },
    {
      on: `${next}-05-06`,
      title: "messages",
      play: talk("wolds", [
        ["sam", "All our reflections are written. Could you look through them before half-term?"],
        ["mina", "I have read the ones on enquiry: the pupils' voice comes through very well."],
        ["lena", "They are ready. I am signing them off this week."],
      ]),
    },
    { on: `${next}-06-03`, title: "a sign-off", play: onEnrolment("lena", "wolds", "signOff") },
    {
      on: `${next}-06-10`,
      title: "a submission",
      async play(stage) {
        await onEnrolment("sam", "wolds", "submit")(stage);
        const { enrolment } = await stage.as("sam")(
          `query ($id: ID!) { enrolment(id: $id) { assessment { submission { id } } } }`,
          { id: stage.ids.get("wolds enrolment") },
        );
        stage.ids.set("submission", enrolment.assessment.submission.id);
      },
    },
    {
      on: `${next}-07-01`,
      title: "a reviewer",
      async play({ as, ids }) {
        await as("helen")(`mutation ($input: AssignReviewerInput!) { assignReviewer(input: $input) { id } }`, {
          input: { submissionId: ids.get("submission"), reviewerId: ids.get("rafael") },
        });
      },
    },
    {
      on: `${next}-07-15`,
      title: "a review",
      async play({ as, ids }) {
        await as("rafael")(`mutation ($input: CompleteReviewInput!) { completeReview(input: $input) { id } }`, {
          input: {
            submissionId: ids.get("submission"),
            recommendation: "PSQM_GILT",
            comment:
              "Leadership of science is established, and its impact is sustained and consistent across the school.",
          },
        });
      },
    },
    {
      on: `${next}-09-15`,
      title: "an award",
      async play({ as, ids }) {
        await as("helen")(`mutation ($input: DecideAwardInput!) { decideAward(input: $input) { id } }`, {
          input: {
            submissionId: ids.get("submission"),
            mark: "PSQM_GILT",
            feedback: "Congratulations. The reviewer was impressed by how well pupils explain their own enquiries.",
          },
        });
      },
    },
  ];
}

/** As far as the year has come. */
function runningYear(year: number): Step[] {
  return [
    { on: `${year}-05-27`, title: "round 8", play: openRound(8, year) },
    { on: `${year}-06-09`, title: "a registration", play: register("anna", "chalk", 8) },
    { on: `${year}-06-17`, title: "a place", play: offerPlace("chalk", "thames") },
    { on: `${year}-06-24`, title: "a place taken", play: acceptPlace("henry", "chalk") },
    {
      on: `${year}-09-23`,
      title: "messages",
      play: talk("chalk", [
        ["rafael", "Good to have you in the Thames Valley hub, Anna. How is the audit going?"],
        ["anna", "Slowly but well. Assessment is where we have most to do."],
      ]),
    },
    { on: `${year}-09-24`, title: "a file", play: sendFile("rafael", "chalk") },
    { on: `${year}-10-07`, title: "a mark proposed", play: proposeMark("anna", "chalk", "PSQM") },
    { on: `${year}-10-21`, title: "a mark agreed", play: agreeMark("rafael", "chalk", "PSQM") },
    { on: `${year}-11-11`, title: "first reflections", play: reflect("anna", "chalk", 3) },
  ];
}

const createPerson = `mutation ($input: CreatePersonInput!) { createPerson(input: $input) { id } }`;
const addMember = `mutation ($input: AddSchoolMemberInput!) { addSchoolMember(input: $input) { id } }`;

const nameAndEmail = (person: DemoPerson) => ({ name: demoPeople[person].name, email: demoPeople[person].email });

async function schoolId(ask: Ask, urn: number): Promise<string> {
  return (await ask(`{ school(urn: "${urn}") { id } }`)).school.id;
}

async function invoiceOf(ask: Ask, enrolmentId: string | undefined): Promise<Answer> {
  const query = `query ($id: ID!) { enrolment(id: $id) { invoice { id outstandingPence } } }`;
  return (await ask(query, { id: enrolmentId })).enrolment.invoice;
}

function openRound(number: number, year: number): Step["play"] {
  return async ({ as, ids }) => {
    const mutation = `mutation ($input: OpenRoundInput!) { openRound(input: $input) { id } }`;
    const { openRound } = await as("helen")(mutation, { input: { number, pattern: "AUTUMN", year } });
    ids.set(`round ${number}`, openRound.id);
  };
}

function register(person: DemoPerson, school: string, round: number): Step["play"] {
  return async ({ as, ids }) => {
    const mutation = `mutation ($input: RegisterSchoolInput!) { registerSchool(input: $input) { id } }`;
    const input = { schoolId: ids.get(school), roundId: ids.get(`round ${round}`) };
    ids.set(`${school} enrolment`, (await as(person)(mutation, { input })).registerSchool.id);
  };
}

function offerPlace(school: string, hub: string): Step["play"] {
  return async ({ as, ids }) => {
    await as("helen")(`mutation ($input: OfferPlaceInput!) { offerPlace(input: $input) { id } }`, {
      input: { enrolmentId: ids.get(`${school} enrolment`), hubId: ids.get(hub) },
    });
  };
}

function acceptPlace(person: DemoPerson, school: string): Step["play"] {
  return onEnrolment(person, school, "acceptPlace");
}

function onEnrolment(person: DemoPerson, school: string, verb: string): Step["play"] {
  return async ({ as, ids }) => {
    const mutation = `mutation ($id: ID!) { ${verb}(enrolmentId: $id) { id } }`;
    await as(person)(mutation, { id: ids.get(`${school} enrolment`) });
  };
}

function proposeMark(person: DemoPerson, school: string, mark: string): Step["play"] {
  return async ({ as, ids }) => {
    await as(person)(`mutation ($input: ProposeTargetMarkInput!) { proposeTargetMark(input: $input) { id } }`, {
      input: { enrolmentId: ids.get(`${school} enrolment`), mark },
    });
  };
}

function agreeMark(person: DemoPerson, school: string, mark: string): Step["play"] {
  return async ({ as, ids }) => {
    await as(person)(`mutation ($input: AgreeTargetMarkInput!) { agreeTargetMark(input: $input) { id } }`, {
      input: { enrolmentId: ids.get(`${school} enrolment`), mark },
    });
  };
}

/** Writes on what the mark still asks for, at most so many. */
function reflect(person: DemoPerson, school: string, atMost: number): Step["play"] {
  return async ({ as, ids }) => {
    const enrolmentId = ids.get(`${school} enrolment`);
    const { enrolment } = await as(person)(
      `query ($id: ID!) { enrolment(id: $id) { assessment {
         missingCriteria framework { aims { criteria { code title } } }
       } } }`,
      { id: enrolmentId },
    );
    const { missingCriteria, framework } = enrolment.assessment;
    const titles = new Map<string, string>();
    for (const { criteria } of framework.aims) for (const { code, title } of criteria) titles.set(code, title);
    for (const criterion of missingCriteria.slice(0, atMost)) {
      await as(person)(`mutation ($input: WriteReflectionInput!) { writeReflection(input: $input) { id } }`, {
        input: { enrolmentId, criterion, text: reflection(titles.get(criterion) ?? criterion), version: 0 },
      });
    }
  };
}

function reflection(title: string): string {
  return (
    `${title}: we began with what our audit showed, agreed with the whole staff what to change, and tried it in two year ` +
    "groups first. Pupils' books, lesson visits and talks with pupils show the difference; next year all classes follow."
  );
}

const auditSheet = `criterion,what we do,who sees it,next step
assessment,a quiz after each unit,the class teacher,look at two books a term together
enquiry,one a half-term,everybody at the science wall,let pupils choose the question
`;

function sendFile(person: DemoPerson, school: string): Step["play"] {
  return async ({ as, put, ids }) => {
    const ask = as(person);
    const enrolmentId = ids.get(`${school} enrolment`);
    const { conversation } = await ask(`query ($id: ID!) { conversation(enrolmentId: $id) { id } }`, {
      id: enrolmentId,
    });
    const { uploadMessageFile } = await ask(
      `mutation ($input: UploadMessageFileInput!) { uploadMessageFile(input: $input) { putPath file { id } } }`,
      {
        input: {
          conversationId: conversation.id,
          name: "Audit of assessment.csv",
          bytes: Buffer.byteLength(auditSheet),
          sha256: createHash("sha256").update(auditSheet).digest("hex"),
        },
      },
    );
    await put(uploadMessageFile.putPath, auditSheet);
    const fileId = uploadMessageFile.file.id;
    await ask(`mutation ($id: ID!) { confirmMessageFile(fileId: $id) { state } }`, { id: fileId });
    await ask(`mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }`, {
      input: {
        conversationId: conversation.id,
        text: "Here is the sheet that we use for the audit; two rows are filled in to show how.",
        clientKey: `demonstration ${fileId}`,
        files: [fileId],
      },
    });
  };
}

function talk(school: string, messages: readonly [DemoPerson, string][]): Step["play"] {
  return async ({ as, ids }) => {
    const enrolmentId = ids.get(`${school} enrolment`);
    for (const [person, text] of messages) {
      const found = await as(person)(`query ($id: ID!) { conversation(enrolmentId: $id) { id } }`, { id: enrolmentId });
      await as(person)(`mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }`, {
        input: {
          conversationId: found.conversation.id,
          text,
          clientKey: `demonstration ${text.length} ${text.slice(0, 40)}`,
        },
      });
    }
  };
}
