import { hasRole, Role } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import type { Conversation } from "../conversation/conversation.ts";

export const programmeTeam: Policy<unknown> = {
  name: "programme-team",
  who: "the programme team",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam),
};

/** A concern is between who reports it and the programme team; the others of the conversation do not hear of it. */
export const concernParties: Policy<{ reportedBy: string }> = {
  name: "concern-parties",
  who: "whoever reported it and the programme team",
  allows: (viewer, { reportedBy }) => viewer.personId === reportedBy || hasRole(viewer, Role.ProgrammeTeam),
};

/** That somebody has read a conversation is known to the programme team and to everybody who takes part in it. */
export const accessWitnesses: Policy<{ conversation: Conversation }> = {
  name: "access-witnesses",
  who: "the programme team and the people of the conversation",
  allows: (viewer, { conversation }) =>
    hasRole(viewer, Role.ProgrammeTeam) || conversationMembers.allows(viewer, conversation),
};

/** What was said is read only by the one who said why. */
export const accessHolder: Policy<{ openedBy: string }> = {
  name: "access-holder",
  who: "the member of the programme team who opened the conversation",
  allows: (viewer, { openedBy }) => hasRole(viewer, Role.ProgrammeTeam) && viewer.personId === openedBy,
};
