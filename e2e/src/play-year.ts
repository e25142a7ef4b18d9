import { addYears, londonDay } from "@psqm/clock/clock";
import { until } from "@psqm/testing/until";
import { type GraphClient, signIn } from "./graph-client.ts";

/** What the year of one school should come to. */
export interface Expected {
  feePence: number;
  payer: "SCHOOL" | "FUNDER";
}

export interface Cast {
  origin: string;
  hq: GraphClient;
  finance: GraphClient;
  roundId: string;
  /** The school's own hub and another one, each with its leader. */
  hub: LedHub;
  otherHub: LedHub;
  /** Something that happens to the platform in the middle of the year. */
  interlude?(): Promise<void>;
}

export interface LedHub {
  id: string;
  leader: GraphClient;
  leaderId: string;
  leaderName: string;
}

export interface Year {
  enrolmentId: string;
  schoolId: string;
  conversationId: string;
  invoiceId: string;
  awardId: string;
  subjectLeader: GraphClient;
  head: GraphClient;
}

const REQUIRED_FOR_GILT = 11;

/** A hub leader with a hub of their own, made by the programme team. */
export async function makeHub(origin: string, hq: GraphClient, name: string): Promise<LedHub> {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@psqm.example`;
  const leaderName = `Leader of ${name}`;
  const { createPerson } = await hq.get(
    "mutation ($input: CreatePersonInput!) { createPerson(input: $input) { id } }",
    { input: { name: leaderName, email } },
  );
  const { createHub } = await hq.get("mutation ($input: CreateHubInput!) { createHub(input: $input) { id name } }", {
    input: { name, area: "Everywhere", capacity: 10, leaderId: createPerson.id },
  });
  const leader = await signIn(origin, email);
  await until("the leader leads the hub", async () => {
    const { viewer } = await leader.get("{ viewer { hubsLed { id } } }");
    return viewer.hubsLed.some(({ id }: { id: string }) => id === createHub.id);
  });
  return { id: createHub.id, leader, leaderId: createPerson.id, leaderName };
}

/** One school's whole year through the gateway, every step by the right person, and a wrong one turned away on the way. */
export async function playYear(cast: Cast, urn: string, expected: Expected): Promise<Year> {
  const { hq, finance, hub, otherHub, origin } = cast;
  const found = await hq.get("query ($urn: String!) { school(urn: $urn) { id name pupils localAuthority } }", { urn });
  const school = found.school as { id: string; name: string };

  // The school's people and its place
  const headEmail = `head.${urn}.${Date.now()}@psqm.example`;
  const leaderEmail = `subject.${urn}.${Date.now()}@psqm.example`;
  const addMember =
    "mutation ($input: AddSchoolMemberInput!) { addSchoolMember(input: $input) { id person { id name } } }";
  await hq.get(addMember, {
    input: { schoolId: school.id, name: "Hetty Head", email: headEmail, role: "HEAD_TEACHER" },
  });
  const head = await signIn(origin, headEmail);
  const register = "mutation ($input: RegisterSchoolInput!) { registerSchool(input: $input) { id state } }";
  const registration = { input: { schoolId: school.id, roundId: cast.roundId } };
  expectCode(await otherHub.leader.refusal(register, registration), "FORBIDDEN");
  const enrolmentId = (
    await until(
      "the programme knows the school",
      async () => (await head.ask(register, registration)).data?.registerSchool,
    )
  ).id as string;
  const offer = "mutation ($input: OfferPlaceInput!) { offerPlace(input: $input) { id state hub { id name } } }";
  expectCode(await head.refusal(offer, { input: { enrolmentId, hubId: hub.id } }), "FORBIDDEN");
  const { offerPlace } = await hq.get(offer, { input: { enrolmentId, hubId: hub.id } });
  expectEqual(offerPlace.state, "OFFERED");
  const accept = "mutation ($enrolmentId: ID!) { acceptPlace(enrolmentId: $enrolmentId) { id state } }";
  expectCode(await hub.leader.refusal(accept, { enrolmentId }), "FORBIDDEN");
  expectEqual((await head.get(accept, { enrolmentId })).acceptPlace.state, "CONFIRMED");
  await head.get(addMember, {
    input: { schoolId: school.id, name: "Sunny Subject", email: leaderEmail, role: "SUBJECT_LEADER" },
  });
  const subjectLeader = await signIn(origin, leaderEmail);
  const stateOf = async () =>
    (await subjectLeader.get("query ($id: ID!) { enrolment(id: $id) { state } }", { id: enrolmentId })).enrolment
      ?.state;
  await until("the enrolment is active", async () => (await stateOf()) === "ACTIVE");

  // Money in
  const invoiceOf =
    "query ($id: ID!) { enrolment(id: $id) { invoice { id number totalPence outstandingPence payer state } } }";
  const invoice = await until(
    "the invoice",
    async () => (await finance.get(invoiceOf, { id: enrolmentId })).enrolment?.invoice,
  );
  expectEqual(invoice.totalPence, expected.feePence);
  expectEqual(invoice.payer, expected.payer);
  const pay =
    "mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { id state outstandingPence paidPence } }";
  const payment = {
    input: {
      invoiceId: invoice.id,
      amountPence: expected.feePence,
      reference: `BACS ${urn}`,
      receivedOn: londonDay(new Date()),
      idempotencyKey: `pay-${enrolmentId}`,
    },
  };
  expectCode(await subjectLeader.refusal(pay, payment), "FORBIDDEN");
  for (const _again of [1, 2]) {
    const { recordPayment } = await finance.get(pay, payment);
    expectEqual([recordPayment.state, recordPayment.paidPence], ["PAID", expected.feePence]);
  }

  const conversationId = await talk(cast, { enrolmentId, school, subjectLeader });
  await cast.interlude?.();

  // The mark, the reflections, the sign-off
  const propose = "mutation ($input: ProposeTargetMarkInput!) { proposeTargetMark(input: $input) { targetMark } }";
  const agree = "mutation ($input: AgreeTargetMarkInput!) { agreeTargetMark(input: $input) { targetMark state } }";
  const gilt = { input: { enrolmentId, mark: "PSQM_GILT" } };
  await subjectLeader.get(propose, gilt);
  expectCode(await subjectLeader.refusal(agree, gilt), "FORBIDDEN");
  expectCode(await hub.leader.refusal(agree, { input: { enrolmentId, mark: "PSQM" } }), "MARK_NOT_PROPOSED");
  await hub.leader.get(agree, gilt);
  const signOff = "mutation ($enrolmentId: ID!) { signOff(enrolmentId: $enrolmentId) { state } }";
  expectCode(await hub.leader.refusal(signOff, { enrolmentId }), "INCOMPLETE");
  const missing = await subjectLeader.get(
    "query ($id: ID!) { enrolment(id: $id) { assessment { missingCriteria } } }",
    {
      id: enrolmentId,
    },
  );
  const criteria = missing.enrolment.assessment.missingCriteria as string[];
  expectEqual(criteria.length, REQUIRED_FOR_GILT);
  for (const criterion of criteria) {
    await subjectLeader.get(
      "mutation ($input: WriteReflectionInput!) { writeReflection(input: $input) { id version } }",
      { input: { enrolmentId, criterion, text: `What we learned about ${criterion}.`, version: 0 } },
    );
  }
  expectCode(await otherHub.leader.refusal(signOff, { enrolmentId }), "NOT_FOUND");
  expectEqual((await hub.leader.get(signOff, { enrolmentId })).signOff.state, "SIGNED_OFF");
  const submit = "mutation ($enrolmentId: ID!) { submit(enrolmentId: $enrolmentId) { id mark } }";
  expectCode(await hub.leader.refusal(submit, { enrolmentId }), "FORBIDDEN");
  const submissionId = (await subjectLeader.get(submit, { enrolmentId })).submit.id as string;
  await until("the enrolment is submitted", async () => (await stateOf()) === "SUBMITTED");

  // The review by another hub, and the award
  const assign = "mutation ($input: AssignReviewerInput!) { assignReviewer(input: $input) { id } }";
  const assignTo = (reviewerId: string) => ({ input: { submissionId, reviewerId } });
  expectCode(await hq.refusal(assign, assignTo(hub.leaderId)), "REVIEWER_CONFLICT");
  await hq.get(assign, assignTo(otherHub.leaderId));
  const review = "mutation ($input: CompleteReviewInput!) { completeReview(input: $input) { id completedAt } }";
  const verdict = { input: { submissionId, recommendation: "PSQM_GILT", comment: "Sustained and consistent impact." } };
  const early = await hq.refusal("mutation ($input: DecideAwardInput!) { decideAward(input: $input) { id } }", {
    input: { submissionId, mark: "PSQM_GILT", feedback: "Too early." },
  });
  if (early === "INTERNAL_SERVER_ERROR") throw new Error("An award before any review was a fault, not a refusal.");
  const notTheirs = await hub.leader.refusal(review, verdict);
  if (!["NOT_FOUND", "FORBIDDEN"].includes(notTheirs)) throw new Error(`The hub's own leader reviewed: ${notTheirs}`);
  await otherHub.leader.get(review, verdict);
  const { decideAward } = await hq.get(
    "mutation ($input: DecideAwardInput!) { decideAward(input: $input) { id assessment { award { id mark awardedOn validUntil } } } }",
    { input: { submissionId, mark: "PSQM_GILT", feedback: "Congratulations." } },
  );
  const award = decideAward.assessment.award as { id: string; mark: string; awardedOn: string; validUntil: string };
  expectEqual([award.mark, award.validUntil], ["PSQM_GILT", addYears(award.awardedOn, 3)]);
  await until("the enrolment is awarded", async () => (await stateOf()) === "AWARDED");

  // Money out
  const earned = async (personId: string) => {
    const { earnings } = await finance.get(
      "query ($personId: ID!) { earnings(first: 100, personId: $personId) { nodes { kind amountPence enrolment { id } } } }",
      { personId },
    );
    return (earnings.nodes as { kind: string; amountPence: number; enrolment: { id: string } }[])
      .filter(({ enrolment }) => enrolment.id === enrolmentId)
      .map(({ kind, amountPence }) => [kind, amountPence]);
  };
  await until("the reviewer's earning", async () => (await earned(otherHub.leaderId)).length > 0);
  expectEqual(await earned(hub.leaderId), [["HUB_SCHOOL", 35_000]]);
  expectEqual(await earned(otherHub.leaderId), [["REVIEW", 5_000]]);
  return {
    enrolmentId,
    schoolId: school.id,
    conversationId,
    invoiceId: invoice.id,
    awardId: award.id,
    subjectLeader,
    head,
  };
}

const MESSAGES = `subscription ($conversationId: ID!, $after: Int) {
  messageReceived(conversationId: $conversationId, after: $after) {
    sequence
    text
    sender { name }
    conversation { school { name } }
  }
}`;

/** Both sides talk; whoever was away gets what they missed first, in order, then what is new. */
async function talk(
  { hub }: Cast,
  { enrolmentId, school, subjectLeader }: { enrolmentId: string; school: { name: string }; subjectLeader: GraphClient },
): Promise<string> {
  const conversationId = (
    await until("the conversation", async () => {
      const { enrolment } = await subjectLeader.get("query ($id: ID!) { enrolment(id: $id) { conversation { id } } }", {
        id: enrolmentId,
      });
      return enrolment?.conversation;
    })
  ).id as string;
  const send = async (from: GraphClient, text: string) => {
    const { sendMessage } = await from.get(
      "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { sequence } }",
      { input: { conversationId, text, clientKey: `${enrolmentId} ${text}` } },
    );
    return sendMessage.sequence as number;
  };
  const event = (sequence: number, text: string, name: string) => ({
    sequence,
    text,
    sender: { name },
    conversation: { school: { name: school.name } },
  });

  const live = hub.leader.subscribe(MESSAGES, { conversationId, after: 0 });
  expectEqual(await send(subjectLeader, "Good morning"), 1);
  expectEqual((await live.next()).value?.data?.messageReceived, event(1, "Good morning", "Sunny Subject"));
  await live.return?.();

  expectEqual(await send(subjectLeader, "Are you there?"), 2);
  expectEqual(await send(subjectLeader, "I will try later 🔬"), 3);
  expectEqual(await send(subjectLeader, "I will try later 🔬"), 3);
  const resumed = hub.leader.subscribe(MESSAGES, { conversationId, after: 1 });
  expectEqual((await resumed.next()).value?.data?.messageReceived, event(2, "Are you there?", "Sunny Subject"));
  expectEqual((await resumed.next()).value?.data?.messageReceived, event(3, "I will try later 🔬", "Sunny Subject"));
  expectEqual(await send(hub.leader, "Here I am"), 4);
  expectEqual((await resumed.next()).value?.data?.messageReceived, event(4, "Here I am", hub.leaderName));
  await resumed.return?.();

  const theirs = subjectLeader.subscribe(MESSAGES, { conversationId, after: 3 });
  expectEqual((await theirs.next()).value?.data?.messageReceived, event(4, "Here I am", hub.leaderName));
  await theirs.return?.();
  return conversationId;
}

function expectCode(code: string, expected: string): void {
  if (code !== expected) throw new Error(`Expected the refusal ${expected}, but it was ${code}.`);
}

function expectEqual(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`Expected ${b}, but it was ${a}.`);
}
