import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unpoliced } from "@psqm/subgraph/policy";
import { describeSchema } from "@psqm/subgraph/schema";
import { policyMatrix } from "@psqm/testing/policy-matrix";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { messaging } from "./service.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(messaging);
});
afterAll(() => service.close());

const known = ["programmeTeam", "financeOfficer", "hubLeader", "mentor"].concat([
  "subjectLeader",
  "secondParticipant",
  "headTeacher",
  "candidate",
]);
const members = ["hubLeader", "mentor", "subjectLeader", "secondParticipant"];

test("each operation is open to the roles that were agreed, and none is without a row here", () => {
  expect(policyMatrix(messaging)).toEqual({
    "Query.conversation": members,
    "Query.conversations": members,
    "Query.inboxCursor": members,
    "Query.searchMessages": members,
    "Query.pinnedConversations": members,
    "Query.messagingPreferences": members,
    "Query.encouragements": ["hubLeader", "mentor"],
    "Mutation.sendMessage": members,
    "Mutation.uploadMessageFile": members,
    "Mutation.confirmMessageFile": members,
    "Mutation.acknowledgeMessage": members,
    "Mutation.editMessage": members,
    "Mutation.deleteMessage": members,
    "Mutation.saveDraft": members,
    "Mutation.reportConcern": members,
    "Query.myConcerns": known,
    "Query.concerns": ["programmeTeam"],
    "Query.oversight": ["programmeTeam"],
    "Query.conversationAccess": ["programmeTeam"],
    "Mutation.freezeConversation": ["programmeTeam"],
    "Mutation.thawConversation": ["programmeTeam"],
    "Mutation.holdConversation": ["programmeTeam"],
    "Mutation.releaseConversation": ["programmeTeam"],
    "Mutation.openConversation": ["programmeTeam"],
    "Mutation.closeConcern": ["programmeTeam"],
    "Mutation.signalTyping": members,
    "Mutation.markRead": members,
    "Mutation.markDelivered": members,
    "Mutation.muteConversation": members,
    "Mutation.unmuteConversation": members,
    "Mutation.pinConversation": members,
    "Mutation.unpinConversation": members,
    "Mutation.showReading": members,
    "Mutation.chooseNotifications": members,
    "Mutation.subscribeToPush": members,
    "Mutation.unsubscribeFromPush": members,
    "Subscription.messageReceived": members,
    "Subscription.inbox": members,
    "Subscription.activity": members,
  });
});

test("nothing in the schema goes without a policy", () => {
  expect(unpoliced(describeSchema(messaging))).toEqual([]);
});

test("the entities are what the migrations made, whose indexes and further foreign keys only the migrations name", async () => {
  const sql = await service.database.schema.getUpdateSchemaSQL({ safe: true, dropTables: false });
  const drift = sql
    .split("\n")
    .filter((line) => line !== "" && !/^(set names|drop index) |drop constraint "\w+_fkey"/.test(line));
  expect(drift).toEqual([]);
});
