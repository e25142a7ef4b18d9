/** The parts people play in the programme (document 001, roles and responsibilities; 002, "What will everyone do?"). */
export enum Role {
  ProgrammeTeam = "PROGRAMME_TEAM",
  FinanceOfficer = "FINANCE_OFFICER",
  HubLeader = "HUB_LEADER",
  Mentor = "MENTOR",
  SubjectLeader = "SUBJECT_LEADER",
  SecondParticipant = "SECOND_PARTICIPANT",
  HeadTeacher = "HEAD_TEACHER",
  Candidate = "CANDIDATE",
  Partner = "PARTNER",
}

/** Who is asking, as people resolved it and the gateway signed it. Everything a policy decides on is in here. */
export interface Viewer {
  kind: "anonymous" | "person" | "partner" | "system";
  personId: string | null;
  /** Every role held now, once each. Empty for the anonymous and for a signed-in stranger. */
  roles: Role[];
  /** Ids of hubs led and mentored by appointments in force now. */
  hubsLed: string[];
  hubsMentored: string[];
  /** School memberships in force now. */
  schools: { schoolId: string; role: Role }[];
  partnerId: string | null;
  /** What a partner's key opens, e.g. `public`. */
  scopes: string[];
}

export const anonymous: Viewer = {
  kind: "anonymous",
  personId: null,
  roles: [],
  hubsLed: [],
  hubsMentored: [],
  schools: [],
  partnerId: null,
  scopes: [],
};

/** The platform itself: event consumers, jobs and calls between gateway and services. */
export const system: Viewer = { ...anonymous, kind: "system" };

export function hasRole(viewer: Viewer, ...roles: Role[]): boolean {
  return viewer.roles.some((role) => roles.includes(role));
}

/** Whether the viewer belongs to the school, in one of `roles` when any are given. */
export function isMemberOf(viewer: Viewer, schoolId: string, ...roles: Role[]): boolean {
  return viewer.schools.some((at) => at.schoolId === schoolId && (roles.length === 0 || roles.includes(at.role)));
}

/** Whether every school of the register may be seen: by those who recruit, support, run and bill schools. */
export function seesEverySchool(viewer: Viewer): boolean {
  return hasRole(viewer, Role.ProgrammeTeam, Role.FinanceOfficer, Role.HubLeader, Role.Mentor);
}

/** The one rule of who may see a school, in every service: its members, and whoever sees every school. */
export function seesSchool(viewer: Viewer, schoolId: string): boolean {
  return seesEverySchool(viewer) || isMemberOf(viewer, schoolId);
}

export function leadsHub(viewer: Viewer, hubId: string): boolean {
  return viewer.hubsLed.includes(hubId);
}

/** Leads or mentors the hub. */
export function supportsHub(viewer: Viewer, hubId: string): boolean {
  return viewer.hubsLed.includes(hubId) || viewer.hubsMentored.includes(hubId);
}

/** Ids of all schools the viewer belongs to, in one of `roles` when any are given; each once. */
export function schoolIds(viewer: Viewer, ...roles: Role[]): string[] {
  const held = viewer.schools.filter((at) => roles.length === 0 || roles.includes(at.role));
  return [...new Set(held.map((at) => at.schoolId))];
}

/** Ids of all hubs the viewer leads or mentors; each once. */
export function supportedHubIds(viewer: Viewer): string[] {
  return [...new Set([...viewer.hubsLed, ...viewer.hubsMentored])];
}
