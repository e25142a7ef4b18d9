import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";

/** Viewers as the gateway would sign them. Every part can be overridden. */
const person = (personId: string, parts: Partial<Viewer>): Viewer => ({
  ...anonymous,
  kind: "person",
  personId,
  ...parts,
});

export const stranger = (): Viewer => ({ ...anonymous, kind: "person" });
export const programmeTeam = (personId = "per_hq"): Viewer => person(personId, { roles: [Role.ProgrammeTeam] });
export const financeOfficer = (personId = "per_finance"): Viewer => person(personId, { roles: [Role.FinanceOfficer] });
export const candidate = (personId = "per_candidate"): Viewer => person(personId, { roles: [Role.Candidate] });

export const hubLeader = (hubId: string, personId = "per_leader"): Viewer =>
  person(personId, { roles: [Role.HubLeader], hubsLed: [hubId] });

export const mentor = (hubId: string, personId = "per_mentor"): Viewer =>
  person(personId, { roles: [Role.Mentor], hubsMentored: [hubId] });

const member =
  (role: Role, defaultId: string) =>
  (schoolId: string, personId = defaultId): Viewer =>
    person(personId, { roles: [role], schools: [{ schoolId, role }] });

export const subjectLeader = member(Role.SubjectLeader, "per_subject");
export const secondParticipant = member(Role.SecondParticipant, "per_second");
export const headTeacher = member(Role.HeadTeacher, "per_head");

export const partner = (partnerId = "ptn_partner", scopes = ["public"]): Viewer => ({
  ...anonymous,
  kind: "partner",
  partnerId,
  roles: [Role.Partner],
  scopes,
});

/** One viewer of every role, for tables of operation × role. */
export const everyRole: Readonly<Record<string, Viewer>> = {
  anonymous,
  stranger: stranger(),
  programmeTeam: programmeTeam(),
  financeOfficer: financeOfficer(),
  hubLeader: hubLeader("hub_one"),
  mentor: mentor("hub_one"),
  subjectLeader: subjectLeader("sch_one"),
  secondParticipant: secondParticipant("sch_one"),
  headTeacher: headTeacher("sch_one"),
  candidate: candidate(),
  partner: partner(),
};
