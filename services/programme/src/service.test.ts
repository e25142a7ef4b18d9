import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unpoliced } from "@psqm/subgraph/policy";
import { describeSchema, subgraphSdl } from "@psqm/subgraph/schema";
import { policyMatrix } from "@psqm/testing/policy-matrix";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { programme } from "./service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(programme);
});
afterAll(() => service.close());

const all = [
  "anonymous",
  "stranger",
  "programmeTeam",
  "financeOfficer",
  "hubLeader",
  "mentor",
  "subjectLeader",
  "secondParticipant",
  "headTeacher",
  "candidate",
  "partner",
];
const known = all.filter((role) => !["anonymous", "stranger", "partner"].includes(role));

test("each operation is open to the roles that were agreed, and none is without a row here", () => {
  expect(policyMatrix(programme)).toEqual({
    "Query.hubs": all,
    "Query.hub": all,
    "Query.hubDirectory": all,
    "Query.hubsFor": known,
    "Query.rounds": known,
    "Query.round": known,
    "Query.enrolment": known,
    "Query.enrolments": known,
    "Query.myMilestones": known,
    "Query.myCalendarFeed": known,
    "Mutation.makeCalendarFeed": known,
    "Mutation.revokeCalendarFeed": known,
    "Mutation.planSession": ["programmeTeam", "hubLeader"],
    "Mutation.moveSession": ["programmeTeam", "hubLeader"],
    "Mutation.cancelSession": ["programmeTeam", "hubLeader"],
    "Mutation.bookSession": ["subjectLeader", "secondParticipant"],
    "Mutation.giveUpBooking": ["subjectLeader", "secondParticipant"],
    "Mutation.registerAttendance": ["programmeTeam", "hubLeader", "mentor"],
    "Mutation.logMentoring": ["hubLeader", "mentor"],
    "Mutation.createHub": ["programmeTeam"],
    "Mutation.openRound": ["programmeTeam"],
    "Mutation.closeRegistration": ["programmeTeam"],
    "Mutation.registerSchool": ["programmeTeam", "subjectLeader", "headTeacher"],
    "Mutation.offerPlace": ["programmeTeam"],
    "Mutation.acceptPlace": ["programmeTeam", "headTeacher"],
    "Mutation.withdrawEnrolment": ["programmeTeam", "headTeacher"],
    "Mutation.declinePlace": ["programmeTeam", "headTeacher"],
    "Mutation.deferEnrolment": ["programmeTeam", "headTeacher"],
    "Query.allocation": ["programmeTeam"],
    "Query.hubsNear": known,
    "Query.hubBoard": ["programmeTeam", "hubLeader", "mentor"],
    "Query.hubBoardFile": ["programmeTeam", "hubLeader", "mentor"],
    "Query.roundBoards": ["programmeTeam"],
    "Query.hubStandings": ["programmeTeam"],
    "Query.schoolYear": known,
    "Mutation.changeHub": ["programmeTeam"],
    "Mutation.offerPlaces": ["programmeTeam"],
    "Mutation.offerPlacesFromCsv": ["programmeTeam"],
    "Query.ifMilestoneMoved": ["programmeTeam"],
    "Mutation.moveMilestone": ["programmeTeam"],
    "Mutation.extendMilestone": ["programmeTeam", "hubLeader"],
    "Mutation.makeHubCalendarFeed": ["programmeTeam", "hubLeader"],
    "Mutation.revokeHubCalendarFeed": ["programmeTeam", "hubLeader"],
    "Query.guidance": all,
    "Query.interests": ["programmeTeam"],
    "Query.hubPosts": known,
    "Query.escalations": ["programmeTeam", "hubLeader"],
    "Query.vleResources": known,
    "Mutation.expressInterest": all,
    "Mutation.postInHub": known,
    "Mutation.withdrawPost": known,
    "Mutation.escalate": ["programmeTeam", "hubLeader"],
    "Mutation.answerEscalation": ["programmeTeam"],
    "Mutation.askAgain": ["programmeTeam", "hubLeader"],
    "Mutation.closeEscalation": ["programmeTeam", "hubLeader"],
    "Mutation.publishResource": ["programmeTeam"],
    "Mutation.withdrawResource": ["programmeTeam"],
    "Mutation.approveMentoring": ["programmeTeam"],
    "Mutation.registerAttendanceFromCsv": ["programmeTeam", "hubLeader", "mentor"],
    "Mutation.moveToHub": ["programmeTeam"],
  });
});

test("nothing in the schema goes without a policy", () => {
  expect(unpoliced(describeSchema(programme))).toEqual([]);
});

test("everything in the schema says what it is", () => {
  const schema = describeSchema(programme);
  const own = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
  const silent = own.flatMap((type) => {
    const root = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(
      type as never,
    );
    const parts: { coordinate: string; description?: string | null | undefined }[] = root
      ? []
      : [{ coordinate: type.name, description: type.description }];
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        parts.push({ coordinate: `${type.name}.${field.name}`, description: field.description });
        for (const arg of field.args) {
          parts.push({ coordinate: `${type.name}.${field.name}(${arg.name}:)`, description: arg.description });
        }
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        parts.push({ coordinate: `${type.name}.${field.name}`, description: field.description });
      }
    }
    if (isEnumType(type)) {
      for (const value of type.getValues()) {
        parts.push({ coordinate: `${type.name}.${value.name}`, description: value.description });
      }
    }
    return parts.filter(({ description }) => !description).map(({ coordinate }) => coordinate);
  });
  expect(silent).toEqual([]);
});

test("the public contract holds the directory of hubs and nothing that is not everyone's", () => {
  const lines = subgraphSdl(programme).split("\n");
  const tagged = lines
    .filter((line) => line.includes('@tag(name: "public")'))
    .map((line) => line.trim().split(" @")[0]);
  expect(tagged.sort()).toEqual(
    [
      "type Hub",
      "id: ID!",
      "name: String!",
      "area: String!",
      "kind: HubKind!",
      "enum HubKind",
      "type DirectoryEntry",
      "kind: NationalHubKind!",
      "area: HubArea!",
      "name: String!",
      "stages: [Stage!]",
      "settings: [Setting!]",
      "ratings: [OfstedRating!]",
      "offers: [String!]!",
      "validFrom: Day",
      "validUntil: Day",
      "citation: String!",
      "enum NationalHubKind",
      "enum HubArea",
      "enum Stage",
      "enum Setting",
      "enum OfstedRating",
      "scalar Day",
      "): [DirectoryEntry!]!",
      "type HubEdge",
      "cursor: String!",
      "node: Hub!",
      "type HubConnection",
      "edges: [HubEdge!]!",
      "nodes: [Hub!]!",
      "pageInfo: PageInfo!",
      "type PageInfo",
      "hasNextPage: Boolean!",
      "endCursor: String",
      "): Hub",
      "): HubConnection!",
    ].sort(),
  );
});

test("the entities are what the migrations made, whose indexes and constraints only the migrations name", async () => {
  const sql = await service.database.schema.getUpdateSchemaSQL({ safe: true, dropTables: false });
  const drift = sql
    .split("\n")
    .filter((line) => line !== "" && !/^set names |^drop index | drop constraint /.test(line));
  expect(drift).toEqual([]);
});
