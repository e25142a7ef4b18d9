import { CandidacyKind } from "../candidacy/candidacy-kind.rules.ts";
import {
  developedColleagues,
  ledCpd,
  mentoring,
  oneYearsCommitment,
  reviewPanel,
  scienceDevelopment,
  taughtScience,
  trainingDays,
  upToDateKnowledge,
} from "./shared-criteria.rules.ts";
import { CriterionCondition, type Specification } from "./specification.rules.ts";

/** Document 000: for hub leaders and mentors, with membership of the ASE. */
export const specificationS0: Specification = {
  version: "specification-s0",
  citation: "Document 000, Hub leader/Mentor: Person specification",
  kinds: [CandidacyKind.HubLeader, CandidacyKind.Mentor],
  criteria: [
    // "HUB LEADER ONLY" stands under its number.
    { ...ledCpd, number: 1, condition: CriterionCondition.HubLeadersOnly },
    taughtScience,
    scienceDevelopment,
    upToDateKnowledge,
    developedColleagues,
    {
      code: "ASE_MEMBER",
      number: 6,
      title: "ASE member",
      condition: null,
      guidance: "Membership number plus evidence of one or both.",
      suggestedEvidence: [
        { code: "ASE_CONFERENCES", description: "Attendance at ASE conferences." },
        { code: "ASE_REGIONAL_EVENTS", description: "Participation in regional ASE events." },
      ],
      commitments: [],
    },
    {
      ...oneYearsCommitment,
      number: 7,
      commitments: [
        {
          code: "TRAIN_THE_TRAINER",
          description: "Attend two train the trainers sessions annually.",
          timesAYear: 2,
          minutesPerSchool: null,
          isRecommendation: false,
        },
        trainingDays,
        mentoring,
        reviewPanel,
      ],
    },
  ],
};
