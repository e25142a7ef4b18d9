import { defineSubgraph } from "@psqm/subgraph/subgraph";
import { AseMembershipOfPersonResolver, AseMembershipResolver } from "./ase-membership/ase-membership.resolver.ts";
import { CandidacyResolver } from "./candidacy/candidacy.resolver.ts";
import { CandidacyEvidenceResolver } from "./candidacy-evidence/candidacy-evidence.resolver.ts";
import { CandidacyVerdictResolver } from "./candidacy-verdict/candidacy-verdict.resolver.ts";
import { entities } from "./entities.ts";
import { HubResolver } from "./hub/hub.resolver.ts";
import { hubStub } from "./hub/hub.ts";
import { hubCreated } from "./hub/hub-created.ts";
import { HubAppointmentResolver } from "./hub-appointment/hub-appointment.resolver.ts";
import { identityRoutes } from "./identity/identity.routes.ts";
import { ViewerResolver, ViewerSchoolResolver } from "./identity/viewer.resolver.ts";
import { type PeopleContext, peopleLoaders } from "./loaders.ts";
import { migrations } from "./migrations.ts";
import { NoticeAcknowledgementResolver, NoticeResolver } from "./notice/notice.resolver.ts";
import { PersonResolver } from "./person/person.resolver.ts";
import { SchoolResolver } from "./school/school.resolver.ts";
import { SchoolMembershipResolver } from "./school-membership/school-membership.resolver.ts";
import { RegisterChangeResolver, RegisterImportResolver } from "./school-register/register.resolver.ts";
import { SchoolSearchResolver } from "./school-search/school-search.resolver.ts";
import { enrolmentConfirmed } from "./school-support/enrolment-confirmed.ts";
import { enrolmentLeft } from "./school-support/enrolment-left.ts";
import { enrolmentMoved } from "./school-support/enrolment-moved.ts";
import { SpecificationResolver } from "./specification/specification.resolver.ts";
import { TrainingInTermResolver, TrainingOfPersonResolver, TrainingResolver } from "./training/training.resolver.ts";

/** Who is in the programme: people, schools, and who is what where. */
export const people = defineSubgraph({
  name: "people",
  port: 4101,
  entities,
  migrations,
  resolvers: [
    PersonResolver,
    SchoolResolver,
    SchoolSearchResolver,
    RegisterImportResolver,
    RegisterChangeResolver,
    SchoolMembershipResolver,
    HubResolver,
    HubAppointmentResolver,
    TrainingResolver,
    TrainingOfPersonResolver,
    TrainingInTermResolver,
    AseMembershipResolver,
    AseMembershipOfPersonResolver,
    NoticeResolver,
    NoticeAcknowledgementResolver,
    SpecificationResolver,
    CandidacyResolver,
    CandidacyEvidenceResolver,
    CandidacyVerdictResolver,
    ViewerResolver,
    ViewerSchoolResolver,
  ],
  references: {
    Person: ({ id }: { id: string }, { loaders }: PeopleContext) => loaders.person.load(id),
    School: ({ id, urn }: { id?: string; urn?: string }, { loaders }: PeopleContext) =>
      id === undefined ? loaders.schoolByUrn.load(urn ?? "") : loaders.school.load(id),
    HubAppointment: ({ id }: { id: string }, { loaders }: PeopleContext) => loaders.appointment.load(id),
    Hub: ({ id }: { id: string }) => hubStub(id),
  },
  loaders: peopleLoaders,
  handlers: [hubCreated, enrolmentConfirmed, enrolmentMoved, ...enrolmentLeft],
  routes: identityRoutes,
});
