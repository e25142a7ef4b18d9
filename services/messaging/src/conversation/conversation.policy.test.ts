import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, hubLeader, mentor, programmeTeam, secondParticipant, subjectLeader } from "@psqm/testing/viewers";
import fc from "fast-check";
import { messaging } from "../service.ts";
import { conversationMembers, visibleConversations, visibleConversationsSql } from "./conversation.policy.ts";
import { Conversation } from "./conversation.ts";

let service: TestSubgraph;
const ids = ["a", "b", "c"];

beforeAll(async () => {
  service = await startTestSubgraph(messaging);
  const em = service.database.em.fork();
  for (const school of ids) {
    for (const hub of ids) {
      const key = `${school}${hub}`;
      em.create(Conversation, {
        id: `con_${key}`,
        enrolmentId: `enr_${key}`,
        schoolId: `sch_${school}`,
        hubId: `hub_${hub}`,
        startedAt: new Date(),
      });
    }
  }
  await em.flush();
});
afterAll(() => service.close());

const schoolId = fc.constantFrom(...ids.map((id) => `sch_${id}`), "sch_elsewhere");
const hubs = fc.uniqueArray(fc.constantFrom(...ids.map((id) => `hub_${id}`), "hub_elsewhere"));
const anyViewer: fc.Arbitrary<Viewer> = fc
  .record({
    schools: fc.array(fc.record({ schoolId, role: fc.constantFrom(...Object.values(Role)) }), { maxLength: 3 }),
    hubsLed: hubs,
    hubsMentored: hubs,
    roles: fc.uniqueArray(fc.constantFrom(...Object.values(Role))),
  })
  .map((parts) => ({ ...anonymous, kind: "person", personId: "per_any", ...parts }));

test("the list's SQL and the policy of the row let every viewer see the same conversations", async () => {
  const all = await service.database.em.fork().find(Conversation, {});
  expect(all).toHaveLength(9);
  await fc.assert(
    fc.asyncProperty(anyViewer, async (viewer) => {
      const listed = await service.database.em.fork().find(Conversation, visibleConversations(viewer));
      const allowed = all.filter((row) => conversationMembers.allows(viewer, row));
      expect(listed.map(({ id }) => id).sort()).toEqual(allowed.map(({ id }) => id).sort());
      const { sql, values } = visibleConversationsSql(viewer);
      const em = service.database.em.fork();
      const byHand = await em.execute<{ id: string }[]>(`select id from conversation where ${sql} order by id`, values);
      expect(byHand.map(({ id }) => id)).toEqual(allowed.map(({ id }) => id).sort());
    }),
  );
});

test.each([
  ["the subject leader of its school", subjectLeader("sch_a"), true],
  ["the second participant of its school", secondParticipant("sch_a"), true],
  ["the leader of its hub", hubLeader("hub_a"), true],
  ["a mentor of its hub", mentor("hub_a"), true],
  ["the head teacher of its school", headTeacher("sch_a"), false],
  ["the programme team", programmeTeam(), false],
  ["the subject leader of another school", subjectLeader("sch_b"), false],
  ["the leader of another hub", hubLeader("hub_b"), false],
])("%s may read a conversation: %s", (_who, viewer, allowed) => {
  expect(conversationMembers.allows(viewer, { schoolId: "sch_a", hubId: "hub_a" })).toBe(allowed);
});
