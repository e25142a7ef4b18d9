import { expect, test } from "@jest/globals";
import { policyMatrix } from "@psqm/testing/policy-matrix";
import { people } from "./service.ts";

const known = [
  "programmeTeam",
  "financeOfficer",
  "hubLeader",
  "mentor",
  "subjectLeader",
  "secondParticipant",
  "headTeacher",
  "candidate",
];

const everybody = ["anonymous", "stranger", ...known, "partner"];

test("every root field is for whom the table says, and a new one needs a row here", () => {
  expect(policyMatrix(people as never)).toEqual({
    "Query.viewer": everybody,
    "Query.specification": everybody,
    "Query.specifications": everybody,
    "Query.person": known,
    "Query.people": known,
    "Query.school": known,
    "Query.schools": known,
    "Query.searchSchools": known,
    "Query.nearestSchools": known,
    "Query.registerImports": ["programmeTeam"],
    "Query.registerImport": ["programmeTeam"],
    "Mutation.approveRegisterChanges": ["programmeTeam"],
    "Mutation.rejectRegisterImport": ["programmeTeam"],
    "Mutation.recordTraining": ["programmeTeam"],
    "Mutation.removeTraining": ["programmeTeam"],
    "Mutation.recordAseMembership": known,
    "Mutation.verifyAseMembership": ["programmeTeam"],
    "Query.notices": known,
    "Mutation.giveNotice": ["hubLeader", "subjectLeader"],
    "Mutation.acknowledgeNotice": ["programmeTeam", "hubLeader"],
    "Query.candidacy": known,
    "Query.candidacies": ["programmeTeam"],
    "Query.myCandidacies": known,
    "Mutation.createPerson": ["programmeTeam"],
    "Mutation.grantStaffRole": ["programmeTeam"],
    "Mutation.revokeStaffRole": ["programmeTeam"],
    "Mutation.addSchoolMember": ["programmeTeam", "headTeacher"],
    "Mutation.endSchoolMembership": ["programmeTeam", "headTeacher"],
    "Mutation.appointToHub": ["programmeTeam"],
    "Mutation.endHubAppointment": ["programmeTeam"],
    "Mutation.renewHubAppointment": ["programmeTeam"],
    "Query.appointmentsToRenew": ["programmeTeam"],
    "Mutation.applyAsCandidate": known,
    "Mutation.amendCandidacy": known,
    "Mutation.writeCandidacyEvidence": known,
    "Mutation.removeCandidacyEvidence": known,
    "Mutation.submitCandidacy": known,
    "Mutation.reviewCandidacy": ["programmeTeam"],
    "Mutation.judgeCriterion": ["programmeTeam"],
    "Mutation.askCandidateForEvidence": ["programmeTeam"],
    "Mutation.appointCandidate": ["programmeTeam"],
    "Mutation.declineCandidate": ["programmeTeam"],
  });
});
