import type { Commitment, SpecificationCriterion } from "./specification.rules.ts";

/*
 * What documents 000 and 001 say in the same words (000 writes "up to date", "Member ship" and "face-to –face"; the
 * spelling here is ours). Codes are ours.
 */

const SUGGESTED = { commitments: [], guidance: null } as const;

export const ledCpd: Omit<SpecificationCriterion, "condition" | "number"> = {
  ...SUGGESTED,
  code: "LED_CPD",
  title: "Regularly led CPD in own school and beyond",
  guidance: "Successful evaluation evidence from one or more of the following.",
  suggestedEvidence: [
    { code: "STAFF_MEETINGS_LED", description: "Leading staff meetings in schools." },
    { code: "ASE_WORKSHOPS", description: "Presenting workshops at ASE conferences." },
    {
      code: "TRAINING_DELIVERED",
      description: "Developing and delivering training with LA, SLC or other recognised provider.",
    },
  ],
};

export const taughtScience: SpecificationCriterion = {
  ...SUGGESTED,
  code: "TAUGHT_SCIENCE",
  number: 2,
  title: "Have taught science to at least 2 different year groups in primary",
  condition: null,
  suggestedEvidence: [{ code: "HEAD_TEACHERS_LETTER", description: "Signed letter from head teacher." }],
};

export const scienceDevelopment: SpecificationCriterion = {
  ...SUGGESTED,
  code: "SCIENCE_DEVELOPMENT",
  number: 3,
  title: "Evidence of sustainable school based science development (balance is 60/40 for primary/secondary)",
  condition: null,
  guidance: "Evidence should be from work in primary schools.",
  suggestedEvidence: [
    { code: "DEVELOPMENT_PLAN", description: "School development plan showing development of science." },
    { code: "SCIENCE_WEEK", description: "Organising science week." },
    {
      code: "OUTSIDE_PROJECT",
      description: "Working with outside organisations, e.g. SETPOINT, on a large scale project.",
    },
    { code: "PSQM_AWARD", description: "PSQM award." },
  ],
};

export const upToDateKnowledge: SpecificationCriterion = {
  ...SUGGESTED,
  code: "UP_TO_DATE_KNOWLEDGE",
  number: 4,
  title: "Able to demonstrate up to date knowledge of current issues and good practice in primary science",
  condition: null,
  suggestedEvidence: [
    {
      code: "SCIENCE_CPD",
      description: "Regular participation in science specific CPD and evidence of impact.",
    },
  ],
};

export const developedColleagues: SpecificationCriterion = {
  ...SUGGESTED,
  code: "DEVELOPED_COLLEAGUES",
  number: 5,
  title: "Experience of developing/mentoring colleagues",
  condition: null,
  guidance: "Evidence from supporting colleagues.",
  suggestedEvidence: [
    { code: "AS_NQT_MENTOR", description: "As an NQT mentor." },
    { code: "AS_SUBJECT_LEADER", description: "As a subject leader." },
    { code: "AS_LA_ADVISER", description: "As an LA adviser." },
    { code: "AS_CONSULTANT", description: "As an independent consultant." },
  ],
};

export const trainingDays: Commitment = {
  code: "TRAINING_DAYS",
  description: "Lead/support two training days annually for participating PSQM schools.",
  timesAYear: 2,
  minutesPerSchool: null,
  isRecommendation: false,
};

export const mentoring: Commitment = {
  code: "MENTORING",
  description:
    "Provide up to 4 hours mentoring per participating school in your hub (total number of hours will be dependent on number of schools and number of mentors). Mentoring may be via PSQM portal, phone or face-to-face.",
  timesAYear: null,
  minutesPerSchool: 240,
  isRecommendation: false,
};

export const reviewPanel: Commitment = {
  code: "REVIEW_PANEL",
  description: "Take part in review panel to assess PSQM submissions from other hubs.",
  timesAYear: null,
  minutesPerSchool: null,
  isRecommendation: false,
};

export const oneYearsCommitment: Omit<SpecificationCriterion, "number" | "commitments"> = {
  code: "COMMITMENT",
  title: "Commitment to Primary Science Quality Mark scheme for minimum of one complete year",
  condition: null,
  guidance: "Willing and able to do what is listed.",
  suggestedEvidence: [],
};
