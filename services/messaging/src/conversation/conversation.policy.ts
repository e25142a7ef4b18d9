import { hasRole, isMemberOf, Role, schoolIds, supportedHubIds, supportsHub, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";

/** Whose conversation it is. */
interface Sides {
  schoolId: string;
  hubId: string;
}

export const schoolSide = [Role.SubjectLeader, Role.SecondParticipant] as const;
const who = "the school's subject leader and second participant and the leaders and mentors of its hub";

/**
 * Who reads and writes in a conversation. Neither head teachers nor the programme team: what is said between mentor
 * and teacher is theirs.
 */
export const conversationMembers: Policy<Sides> = {
  name: "conversation-members",
  who,
  allows: (viewer, { schoolId, hubId }) => isMemberOf(viewer, schoolId, ...schoolSide) || supportsHub(viewer, hubId),
};

/** The same rule as {@link conversationMembers}, as the `where` of a list. */
export function visibleConversations(viewer: Viewer) {
  return {
    $or: [{ schoolId: { $in: schoolIds(viewer, ...schoolSide) } }, { hubId: { $in: supportedHubIds(viewer) } }],
  };
}

/** The same rule again, as a condition on rows of `conversation` in a statement written by hand. */
export function visibleConversationsSql(viewer: Viewer): { sql: string; values: string[] } {
  return {
    sql: `(school_id = any(array(select jsonb_array_elements_text(?::jsonb)))
      or hub_id = any(array(select jsonb_array_elements_text(?::jsonb))))`,
    values: [JSON.stringify(schoolIds(viewer, ...schoolSide)), JSON.stringify(supportedHubIds(viewer))],
  };
}

/** What news of a conversation is told under: itself, and those whose people see it. */
export const topicsOf = ({ id, schoolId, hubId }: Sides & { id: string }): string[] => [id, schoolId, hubId];

/** The same rule once more: the topics of all conversations that the viewer sees. */
export const topicsFor = (viewer: Viewer): string[] => [
  ...schoolIds(viewer, ...schoolSide),
  ...supportedHubIds(viewer),
];

/** Who may call the operations of messaging at all; which conversations is then a matter of each row. */
export const conversationRoles: Policy<unknown> = {
  name: "conversation-roles",
  who: "subject leaders, second participants, hub leaders and mentors",
  allows: (viewer) => hasRole(viewer, ...schoolSide, Role.HubLeader, Role.Mentor),
};
