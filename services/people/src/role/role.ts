import { Role } from "@psqm/identity/viewer";
import { registerEnumType } from "type-graphql";

registerEnumType(Role, {
  name: "Role",
  description: "A part that somebody plays in the programme. One person may play several.",
  valuesConfig: {
    ProgrammeTeam: { description: "PSQM HQ: opens rounds, appoints hub leaders, decides awards." },
    FinanceOfficer: { description: "The university's finance office: invoices schools and pays hub leaders." },
    HubLeader: { description: "Trains and mentors the schools of a hub, and reviews submissions of other hubs." },
    Mentor: { description: "Mentors schools of a hub." },
    SubjectLeader: { description: "Leads science in a school and its work towards the mark; one for each school." },
    SecondParticipant: { description: "Takes part beside the subject leader; at most one for each school." },
    HeadTeacher: { description: "Leads a school, registers it and accepts its place." },
    Candidate: { description: "Has applied to be a hub leader or mentor." },
    Partner: { description: "An organisation that reads the published schema with a key." },
  },
});

export { Role };
