import { type Closable, defineSubgraph } from "@psqm/subgraph/subgraph";
import { AllocationResolver } from "./allocation/allocation.resolver.ts";
import { BoardResolver } from "./board/board.resolver.ts";
import { CalendarFeedResolver } from "./calendar-feed/calendar-feed.resolver.ts";
import { calendarFeedRoutes } from "./calendar-feed/calendar-feed.routes.ts";
import { CalendarFeedSchema, ToldCalendarItemSchema } from "./calendar-feed/calendar-feed.ts";
import { HubPostResolver } from "./community/hub-post.resolver.ts";
import { HubPostSchema } from "./community/hub-post.ts";
import { EnrolmentMoveResolver, EnrolmentResolver } from "./enrolment/enrolment.resolver.ts";
import { EnrolmentSchema } from "./enrolment/enrolment.ts";
import { EnrolmentMoveSchema } from "./enrolment/enrolment-move.ts";
import { assessmentHandlers } from "./enrolment/follow-assessment.ts";
import {
  EnrolmentMilestoneResolver,
  MilestonesOfEnrolmentResolver,
} from "./enrolment-milestone/enrolment-milestone.resolver.ts";
import { factHandlers } from "./enrolment-milestone/hear-facts.ts";
import { MilestoneFactSchema } from "./enrolment-milestone/milestone-fact.ts";
import {
  EntitlementsOfEnrolmentResolver,
  MentoringEntryResolver,
  MentoringExcessResolver,
  MentoringOfHubResolver,
} from "./entitlement/entitlement.resolver.ts";
import { MentoringEntrySchema } from "./entitlement/mentoring-entry.ts";
import { MentoringExcessSchema } from "./entitlement/mentoring-excess.ts";
import { EscalationResolver } from "./escalation/escalation.resolver.ts";
import { EscalationSchema } from "./escalation/escalation.ts";
import { ExtensionResolver, ExtensionsOfEnrolmentResolver } from "./extension/extension.resolver.ts";
import { ExtensionSchema } from "./extension/extension.ts";
import { GuidanceOfRoundResolver, GuidanceResolver } from "./guidance/guidance.resolver.ts";
import { HubResolver } from "./hub/hub.resolver.ts";
import { HubSchema } from "./hub/hub.ts";
import { HubDirectoryResolver } from "./hub-directory/hub-directory.resolver.ts";
import { InterestResolver } from "./interest/interest.resolver.ts";
import { interestRoutes } from "./interest/interest.routes.ts";
import { InterestSchema } from "./interest/interest.ts";
import { VleResourceResolver } from "./library/vle-resource.resolver.ts";
import { VleResourceSchema } from "./library/vle-resource.ts";
import { type Loaders, makeLoaders } from "./loaders.ts";
import { HubAppointmentSchema } from "./membership/hub-appointment.ts";
import { membershipHandlers } from "./membership/membership.events.ts";
import { SchoolMemberSchema } from "./membership/school-member.ts";
import { migrations } from "./migrations.ts";
import { reminders } from "./reminder/reminder-mail.ts";
import { startReminding } from "./reminder/reminding.ts";
import { AffectedEnrolmentResolver, RoundResolver } from "./round/round.resolver.ts";
import { RoundSchema } from "./round/round.ts";
import { schoolHandlers } from "./school/school.events.ts";
import { SchoolResolver } from "./school/school.resolver.ts";
import { SchoolRecordSchema } from "./school/school-record.ts";
import { BookingResolver, SessionResolver, TrainingOfEnrolmentResolver } from "./session/session.resolver.ts";
import { BookingSchema, SessionSchema } from "./session/session.ts";

interface Reference {
  id: string;
}

export const programme = defineSubgraph<Loaders, Closable>({
  name: "programme",
  port: 4102,
  entities: [
    HubSchema,
    RoundSchema,
    EnrolmentSchema,
    EnrolmentMoveSchema,
    MilestoneFactSchema,
    ExtensionSchema,
    InterestSchema,
    HubPostSchema,
    EscalationSchema,
    VleResourceSchema,
    MentoringExcessSchema,
    SchoolRecordSchema,
    SchoolMemberSchema,
    HubAppointmentSchema,
    CalendarFeedSchema,
    ToldCalendarItemSchema,
    SessionSchema,
    BookingSchema,
    MentoringEntrySchema,
  ],
  migrations,
  resolvers: [
    HubResolver,
    RoundResolver,
    EnrolmentResolver,
    EnrolmentMoveResolver,
    EnrolmentMilestoneResolver,
    MilestonesOfEnrolmentResolver,
    CalendarFeedResolver,
    InterestResolver,
    GuidanceResolver,
    GuidanceOfRoundResolver,
    HubPostResolver,
    EscalationResolver,
    VleResourceResolver,
    MentoringExcessResolver,
    MentoringOfHubResolver,
    ExtensionsOfEnrolmentResolver,
    ExtensionResolver,
    AffectedEnrolmentResolver,
    HubDirectoryResolver,
    SessionResolver,
    BookingResolver,
    TrainingOfEnrolmentResolver,
    EntitlementsOfEnrolmentResolver,
    MentoringEntryResolver,
    AllocationResolver,
    BoardResolver,
    SchoolResolver,
  ],
  tags: {
    HubKind: ["public"],
    NationalHubKind: ["public"],
    HubArea: ["public"],
    Stage: ["public"],
    Setting: ["public"],
    OfstedRating: ["public"],
    Day: ["public"],
  },
  references: {
    Hub: ({ id }: Reference, { loaders }) => loaders.hub.load(id),
    Round: ({ id }: Reference, { loaders }) => loaders.round.load(id),
    Enrolment: ({ id }: Reference, { loaders }) => loaders.enrolment.load(id),
    School: ({ id }: Reference) => ({ id }),
  },
  loaders: makeLoaders,
  open: async (deps) => startReminding(deps),
  mailTopics: [reminders],
  routes: (app, deps) => {
    calendarFeedRoutes(app, deps);
    interestRoutes(app, deps);
  },
  handlers: [...schoolHandlers, ...membershipHandlers, ...assessmentHandlers, ...factHandlers],
});
