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

/** Document 001: for hub leaders, with the PSQM award of a teacher's own school instead of membership of the ASE. */
export const specificationS1: Specification = {
  version: "specification-s1",
  citation: "Document 001, Hub Leader specification",
  kinds: [CandidacyKind.HubLeader],
  criteria: [
    { ...ledCpd, number: 1, condition: null },
    taughtScience,
    scienceDevelopment,
    upToDateKnowledge,
    developedColleagues,
    {
      ...oneYearsCommitment,
      number: 6,
      commitments: [
        {
          code: "INITIAL_TRAINING",
          description: "Attend initial PSQM hub leader training.",
          timesAYear: null,
          minutesPerSchool: null,
          isRecommendation: false,
        },
        trainingDays,
        mentoring,
        reviewPanel,
        {
          code: "CONFERENCE",
          description: "Attend PSQM annual hub leader conference.",
          timesAYear: 1,
          minutesPerSchool: null,
          // "(Recommended) attend PSQM annual hub leader conference"
          isRecommendation: true,
        },
      ],
    },
    {
      code: "OWN_PSQM_AWARD",
      number: 7,
      title: "Have completed PSQM award in own school",
      condition: CriterionCondition.TeachersOnly,
      guidance: null,
      suggestedEvidence: [{ code: "AWARD_DATE_AND_LEVEL", description: "Date and level of PSQM award." }],
      commitments: [],
    },
  ],
};
