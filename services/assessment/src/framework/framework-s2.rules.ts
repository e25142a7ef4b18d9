import { type Aim, type FrameworkVersion, Mark, type Requirement } from "./framework.rules.ts";

/**
 * The framework in the words of document 002, "What is the PSQM self-evaluation and development framework?". The
 * document letters the criteria within an aim; the codes, the titles of criteria and the gathering of the
 * Outreach-only aims under one heading (its "5 for PSQM Outreach") are ours.
 */
const aims: readonly Aim[] = [
  {
    code: "SL",
    title: "Subject leadership",
    criteria: [
      {
        code: "SL-A",
        title: "Vision for science",
        description:
          "Science subject leadership is strengthened and developed through the creation and implementation of a clear vision for science.",
      },
      {
        code: "SL-B",
        title: "Strategic support",
        description:
          "Science subject leadership is strengthened and developed through strategic support enabling improvement to take place.",
      },
      {
        code: "SL-C",
        title: "Monitoring and improvement",
        description:
          "Science subject leadership is strengthened and developed through an effective monitoring and improvement cycle that informs development in science.",
      },
    ],
  },
  {
    code: "ST",
    title: "Science teaching",
    criteria: [
      {
        code: "ST-A",
        title: "Engagement with professional development",
        description: "Science teaching is strengthened and developed through engagement with professional development.",
      },
      {
        code: "ST-B",
        title: "Teaching and learning strategies",
        description:
          "Science teaching is strengthened and developed through use of a range of effective teaching and learning strategies.",
      },
      {
        code: "ST-C",
        title: "Resources",
        description:
          "Science teaching is strengthened and developed through regular and safe use of up-to-date quality resources.",
      },
    ],
  },
  {
    code: "LE",
    title: "Science learning",
    criteria: [
      {
        code: "LE-A",
        title: "Science enquiry",
        description:
          "Science learning is strengthened and developed through a shared understanding of the purposes and process of science enquiry.",
      },
      {
        code: "LE-B",
        title: "Science assessment",
        description:
          "Science learning is strengthened and developed through a shared understanding of the purposes of science assessment and current best practice.",
      },
      {
        code: "LE-C",
        title: "Science capital",
        description:
          "Science learning is strengthened and developed through a shared understanding of the importance of, and strategies for, developing all children's science capital.",
      },
    ],
  },
  {
    code: "WO",
    title: "Wider opportunities",
    criteria: [
      {
        code: "WO-A",
        title: "Cross-curricular planning",
        description: "Science is enriched by cross-curricular planning that links science to other areas of learning.",
      },
      {
        code: "WO-B",
        title: "Variety of opportunities",
        description: "Science is enriched by provision of a variety of opportunities that deepen and extend learning.",
      },
    ],
  },
  {
    code: "OUTREACH",
    title: "Outreach",
    criteria: [
      {
        code: "PD",
        title: "Professional development",
        description: "There is a commitment to lead professional development and learning in science in other schools.",
      },
      {
        code: "LOCAL",
        title: "Local activity",
        description:
          "There is a commitment to work with other community groups and organisations to develop their science teaching and learning.",
      },
      {
        code: "WIDER",
        title: "Wider activity",
        description:
          "There is a commitment to share expertise in science teaching and learning beyond the immediate community.",
      },
    ],
  },
];

const forEveryMark: Requirement = {
  all: aims.filter(({ code }) => code !== "OUTREACH").flatMap(({ criteria }) => criteria.map(({ code }) => code)),
};

export const frameworkS2: FrameworkVersion = {
  version: "framework-s2",
  citation: "Document 002, What is the PSQM self-evaluation and development framework?",
  aims,
  requirements: {
    [Mark.Psqm]: forEveryMark,
    [Mark.Gilt]: forEveryMark,
    // "PROFESSIONAL DEVELOPMENT Aim … AND either LOCAL ACTIVITY or WIDER ACTIVITY Aim" (document 002)
    [Mark.Outreach]: { all: [forEveryMark, "PD", { any: ["LOCAL", "WIDER"] }] },
  },
};
