import type { Day } from "@psqm/clock/clock";

/** Whom a piece of guidance is for (document 002, "What will everyone do?"). */
export enum GuidanceAudience {
  SubjectLeader = "SUBJECT_LEADER",
  SeniorLeadership = "SENIOR_LEADERSHIP",
  HubLeader = "HUB_LEADER",
  Teachers = "TEACHERS",
  Children = "CHILDREN",
  Parents = "PARENTS",
  Organisations = "ORGANISATIONS",
}

export interface GuidanceTask {
  text: string;
  /** How much time the document gives it, in its words; null where it names none. */
  time: string | null;
}

export interface RoleGuidance {
  audience: GuidanceAudience;
  title: string;
  intro: string | null;
  tasks: readonly GuidanceTask[];
  citation: string;
}

export interface MarkGuidance {
  /** As the framework of assessment names it. */
  mark: "PSQM" | "PSQM_GILT" | "PSQM_OUTREACH";
  name: string;
  awardedFor: string;
  suits: string;
  citation: string;
}

/** What takes part cost and what that includes, in the document's words; what a school owes is finance's to say. */
export interface CostGuidance {
  price: string;
  includes: readonly string[];
  extras: readonly string[];
  citation: string;
}

/** What one document says that everyone does, and what it costs. */
export interface Guidance {
  version: string;
  validFrom: Day | null;
  validUntil: Day | null;
  roles: readonly RoleGuidance[];
  marks: readonly MarkGuidance[];
  cost: CostGuidance;
}

const task = (text: string, time: string | null = null): GuidanceTask => ({ text, time });
const of002 = (passage: string): string => `002, "${passage}"`;
const of001 = (passage: string): string => `001, "${passage}"`;

const { SubjectLeader, SeniorLeadership, HubLeader, Teachers, Children, Parents, Organisations } = GuidanceAudience;

// The same days as the other rules of 001 and 002, see rule-version.rules.ts.
export const guidances: readonly Guidance[] = [
  {
    version: "guidance-s1",
    validFrom: null,
    validUntil: "2022-08-31",
    roles: [
      {
        audience: HubLeader,
        title: "Hub leader role and responsibilities",
        intro: null,
        tasks: [
          task("Recruit schools and respond to information about new schools from PSQM HQ"),
          task("Lead PSQM professional development for the hub", "minimum of two days per hub per year"),
          task("Inform the PSQM management team of any change in circumstances that will affect work as a hub leader"),
          task(
            "Attend and participate in regular hub leader professional development and quality assurance meetings",
            "nominally 2 meetings per year",
          ),
          task("Communicate with the science subject leader by the online message facility and encourage them"),
          task("Confirm the target mark"),
          task("Give feedback on the subject leader's action plan"),
          task("Monitor progress against the action plan and provide constructive feedback"),
          task("Ensure all deadlines are met"),
          task("Sign off reflections and core documents prior to submission"),
          task("Review an agreed number of submissions", "minimum 2"),
          task("Inform PSQM HQ of issues and difficulties that they are unable to resolve themselves"),
        ],
        citation: of001("Hub leader role and responsibilities"),
      },
      {
        audience: SubjectLeader,
        title: "School subject leader responsibilities",
        intro: null,
        tasks: [
          task("Attend PSQM professional development sessions", "nominally 2 meetings per year"),
          task("Carry out an initial audit, action plan, and collection of evidence"),
          task("Take responsibility for uploading evidence for submission that meets the criteria"),
          task("Act on identified points for development following feedback"),
          task("Ensure all deadlines are met"),
          task(
            "Inform the hub leader or mentor and the PSQM team of any change in circumstances that is relevant to progress and award",
          ),
        ],
        citation: of001("School subject leader responsibilities"),
      },
    ],
    marks: [],
    cost: {
      price: "£750 per school (less for very small schools)",
      includes: [],
      extras: [],
      citation: of001("The bottom line"),
    },
  },
  {
    version: "guidance-s2",
    validFrom: "2022-09-01",
    validUntil: null,
    roles: [
      {
        audience: SubjectLeader,
        title: "What will science subject leaders do?",
        intro:
          "To meet the requirements for achieving a quality mark and to improve science subject leadership with consequent positive impact on teaching and learning, subject leaders should:",
        tasks: [
          task(
            "attend the compulsory training sessions. Two members of staff from a school may take part. If there is only one subject leader in a school, a member of SLT, the science governor, another teacher or a TA may attend as well. This is highly recommended",
          ),
          task("complete all required tasks by the agreed dates"),
          task("carry out monitoring and development activity in school"),
          task(
            "show commitment to own development as leader of science: engage with suggested reading, networks and organisations",
          ),
          task("lead colleagues to complete the actions on the school's PSQM Action to Reflection Planner"),
          task("communicate with the hub leader throughout the PSQM process"),
          task("respond to the hub leader's feedback"),
        ],
        citation: of002("What will science subject leaders do?"),
      },
      {
        audience: SeniorLeadership,
        title: "What will SLT do?",
        intro:
          "To maximise the impact of participation in PSQM, school leadership should actively support the subject leader throughout the PSQM year:",
        tasks: [
          task(
            "complete the PSQM Initial Self-Assessment with the science leader(s) and agree the appropriate quality mark",
            "two discussions",
          ),
          task("enable the science leader(s) to attend the compulsory PSQM training", "equivalent 2 days"),
          task(
            "provide time during staff meetings for the science leader(s) to work with colleagues on developing a vision, principles and to share resources and professional learning",
            "recommended 3 sessions during year",
          ),
          task(
            "provide release time for the science leader(s) to carry out monitoring and development activity in school",
            "recommended one day per term",
          ),
          task(
            "provide time for the subject leader to complete action planning, monitor progress against the action plan, assemble core documents and write reflections",
            "recommended 3 days total",
          ),
          task("communicate with governing body about PSQM process and expectations"),
          task(
            "read the submission, add comments if requested, and discuss feedback sent with notification with subject leader(s)",
          ),
          task("celebrate the award of PSQM widely!"),
        ],
        citation: of002("What will SLT do?"),
      },
      {
        audience: HubLeader,
        title: "What will the PSQM hub leader do?",
        intro:
          "PSQM hub leaders are experts in primary science development and practice, trained and supported by the PSQM leadership team. They will:",
        tasks: [
          task("provide training, spread over the year", "equivalent 2 days"),
          task("agree with the subject leader which quality mark is appropriate"),
          task("give constructive feedback on the action plan"),
          task("support the subject leader to monitor progress against the action plan"),
          task("give constructive feedback on the final reflections and core documents"),
          task(
            "enable the subject leaders in the local PSQM hub to work together to share ideas, challenges, successes and failures, developing a genuine community of practice",
          ),
        ],
        citation: of002("What will the PSQM hub leader do?"),
      },
      {
        audience: Teachers,
        title: "What will teachers do?",
        intro: "Teachers and support staff in school will share in the PSQM process by:",
        tasks: [
          task("contributing to the development of the school's vision and principles for science"),
          task("participating in professional development activity led or facilitated by the subject leader"),
          task("evaluating new teaching strategies and resources"),
          task("engaging with whole school science activities"),
          task("sharing planning and pupil outcomes as evidence for the PSQM submission"),
        ],
        citation: of002("What will teachers do?"),
      },
      {
        audience: Children,
        title: "What will children do?",
        intro:
          "Children play an important part in the PSQM process. Their voices and outcomes will influence development, and their work and attitudes evidence impact. They will:",
        tasks: [
          task("contribute to development of school vision and principles for science"),
          task("provide base line evidence for monitoring activity"),
          task("provide evidence of impact for the submission"),
        ],
        citation: of002("What will children do?"),
      },
      {
        audience: Parents,
        title: "What will the wider school community do? Parents",
        intro: "The wider school community will be involved in the PSQM process. Parents will:",
        tasks: [
          task("take part in home-school science activities"),
          task("share evidence of children's engagement with science"),
          task("share their own scientific expertise and experience"),
          task("maybe get involved in projects to develop outdoor science learning, science clubs etc"),
        ],
        citation: of002("What will the wider school community do?"),
      },
      {
        audience: Organisations,
        title: "What will the wider school community do? Businesses and organisations",
        intro: "Local businesses, and community organisations will:",
        tasks: [task("be invited to work with the school to broaden and enrich children's science experiences")],
        citation: of002("What will the wider school community do?"),
      },
    ],
    marks: [
      {
        mark: "PSQM",
        name: "Primary Science Quality Mark",
        awardedFor:
          "Schools where effective science leadership is beginning to have an impact on science teaching and learning across the school.",
        suits:
          "At the start of the programme science may have been on the backburner for a while, but the school is committed to raising the profile and quality. The subject leader may be new, science not yet on the SDP, but there is energy and desire to improve leadership and provision.",
        citation: of002("What are the three Primary Science Quality Marks?"),
      },
      {
        mark: "PSQM_GILT",
        name: "PSQM Gilt",
        awardedFor:
          "Schools where established effective science leadership is evidently having a sustained and consistent impact on science teaching and learning across the school.",
        suits:
          "Returning PSQM awarded schools, or new schools where the quality of science teaching may already be high in some places but is inconsistent; where systems for monitoring science are already established but the development cycle is not yet fully established; where enrichment activities take place but are not systematically planned and evaluated.",
        citation: of002("What are the three Primary Science Quality Marks?"),
      },
      {
        mark: "PSQM_OUTREACH",
        name: "PSQM Outreach",
        awardedFor:
          "The high-quality science teaching and learning across the school that is necessary for the PSQM Gilt, and also substantial impact beyond the school.",
        suits:
          "Schools that want to evaluate and improve the impact of outreach activity as well as to consolidate and grow the good practice within the school.",
        citation: of002("What are the three Primary Science Quality Marks?"),
      },
    ],
    cost: {
      price: "£925 (reduced to £625 for schools with fewer than 100 pupils)",
      includes: [
        "6 professional development sessions (totalling 12 hours) for science subject leader (and additional member of staff – optional)",
        "1 year online mentoring and support from a dedicated PSQM hub leader",
        "2 years' access to all PSQM resources via the PSQM VLE, including webinars and spotlight sessions covering all aspects of science subject leadership, teaching and learning",
        "a framework for self-evaluation and development",
        "a certificate for the school on successful completion of the programme",
        "accreditation that is valid for 3 years from the date it is awarded",
      ],
      extras: [
        "Full funding for schools in East Riding from the Dogger Bank Wind Farm community fund",
        "Free CPD sessions funded by the Royal Society of Chemistry, while taking part and for the next 3 years, until the accreditation expires",
        "20 % off Primary School membership of the Association for Science Education",
        "The PSQM newsletter, for those who opt in",
      ],
      citation: of002("What does PSQM cost?"),
    },
  },
];

/** The guidance for a round that begins on `day`. */
export function guidanceOn(day: Day): Guidance {
  const found = guidances.find(
    ({ validFrom, validUntil }) =>
      (validFrom === null || validFrom <= day) && (validUntil === null || day <= validUntil),
  );
  if (!found) throw new Error(`No guidance is in force on ${day}.`);
  return found;
}
