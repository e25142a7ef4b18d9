import type { FilterQuery } from "@mikro-orm/core";
import { hasRole, isMemberOf, leadsHub, Role, type Viewer } from "@psqm/identity/viewer";
import type { Policy } from "@psqm/subgraph/policy";
import type { NoticeSubject } from "./notice.rules.ts";
import type { Notice } from "./notice.ts";

interface Routed {
  personId: string;
  toHubId: string | null;
}

const isAuthor = (viewer: Viewer, { personId }: Routed): boolean =>
  viewer.personId !== null && viewer.personId === personId;

const isRecipient = (viewer: Viewer, { toHubId }: Routed): boolean =>
  hasRole(viewer, Role.ProgrammeTeam) || (toHubId !== null && leadsHub(viewer, toHubId));

export const noticePolicy: Policy<Routed> = {
  name: "notice",
  who: "whoever gave it, the programme team and the leaders of the hub it went to",
  allows: (viewer, notice) => isAuthor(viewer, notice) || isRecipient(viewer, notice),
};

/** {@link noticePolicy} for lists. */
export function visibleNotices(viewer: Viewer): FilterQuery<Notice> {
  if (hasRole(viewer, Role.ProgrammeTeam)) return {};
  return { $or: [{ personId: viewer.personId ?? "" }, { toHubId: { $in: viewer.hubsLed } }] };
}

export const noticeRecipient: Policy<Routed> = {
  name: "notice-recipient",
  who: "the programme team and the leaders of the hub it went to, who did not give it themselves",
  allows: (viewer, notice) => isRecipient(viewer, notice) && !isAuthor(viewer, notice),
};

/** Asked of the role first: who can have something to tell. */
export const noticeGiver: Policy<unknown> = {
  name: "notice-giver",
  who: "hub leaders and subject leaders",
  allows: (viewer) => hasRole(viewer, Role.HubLeader, Role.SubjectLeader),
};

/** Asked of the row: whether it is theirs to tell. */
export const ownCircumstances: Policy<NoticeSubject> = {
  name: "own-circumstances",
  who: "the hub's leader and the school's subject leader",
  allows: (viewer, { hubId, schoolId }) =>
    hubId !== null ? leadsHub(viewer, hubId) : isMemberOf(viewer, schoolId, Role.SubjectLeader),
};

/** Who acknowledges something at all. */
export const noticeReader: Policy<unknown> = {
  name: "notice-reader",
  who: "the programme team and hub leaders",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam, Role.HubLeader),
};
