import type { FilterQuery } from "@mikro-orm/core";
import { raw } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { DayScalar } from "@psqm/subgraph/scalars";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { Hub, hubStub } from "../hub/hub.ts";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { School } from "../school/school.ts";
import { acknowledgeNotice } from "./acknowledge-notice.ts";
import { giveNotice } from "./give-notice.ts";
import { noticeGiver, noticeReader, visibleNotices } from "./notice.policy.ts";
import { Notice, NoticeAcknowledgement } from "./notice.ts";

const NoticeConnection = connectionOf<Notice>("CircumstanceNotice", () => Notice);

@ArgsType()
class NoticesArgs extends PageArgs {
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Only those that nobody whom they concern has acknowledged.",
  })
  unacknowledged!: boolean;
}

@InputType({ description: "What changes for a hub leader or subject leader: about one hub or one school." })
class GiveNoticeInput {
  @Field(() => ID, { nullable: true, description: "The hub that you lead." })
  hubId?: string | null;

  @Field(() => ID, { nullable: true, description: "The school whose subject leader you are." })
  schoolId?: string | null;

  @Field(() => String, { description: "What changes, and what it means for the work: 1 to 5000 characters." })
  text!: string;

  @Field(() => DayScalar, { nullable: true, description: "The day from which it holds, where there is one." })
  effectiveOn?: Day | null;
}

@Resolver(() => Notice)
export class NoticeResolver {
  @Policed(knownPerson)
  @Query(() => NoticeConnection, {
    description: "Notices that one gave or that concern one, the newest first.",
  })
  notices(@Args(() => NoticesArgs) page: NoticesArgs, @Ctx() { em, viewer }: PeopleContext) {
    const where = page.unacknowledged ? { $and: [visibleNotices(viewer), unacknowledged()] } : visibleNotices(viewer);
    return paginate(em, Notice, where, page, { id: "desc" });
  }

  @Policed(noticeGiver)
  @Mutation(() => Notice, {
    description:
      "Tells of a change in one's circumstances: a hub leader the programme team, a subject leader also the leaders of the hub that supports the school.",
  })
  giveNotice(
    @Arg("input", () => GiveNoticeInput, { description: "What changes, and about what." }) input: GiveNoticeInput,
    @Ctx() context: PeopleContext,
  ): Promise<Notice> {
    const { hubId = null, schoolId = null, text, effectiveOn = null } = input;
    return giveNotice(context, { hubId, schoolId, text, effectiveOn });
  }

  @Policed(noticeReader)
  @Mutation(() => Notice, { description: "Says that one has read a notice that concerns one. Refusals: NOT_FOUND." })
  acknowledgeNotice(
    @Arg("noticeId", () => ID, { description: "Which notice." }) noticeId: string,
    @Ctx() context: PeopleContext,
  ): Promise<Notice> {
    return acknowledgeNotice(context, noticeId);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who gave it; null for whom one may not see." })
  person(@Root() notice: Notice, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(notice.personId);
  }

  @FieldResolver(() => Hub, { nullable: true, description: "The hub that they lead, where it is about that." })
  hub(@Root() notice: Notice): Hub | null {
    return notice.hubId === null ? null : hubStub(notice.hubId);
  }

  @FieldResolver(() => School, {
    nullable: true,
    description: "The school whose subject leader they are, where it is about that.",
  })
  async school(@Root() notice: Notice, @Ctx() { loaders }: PeopleContext): Promise<School | null> {
    return notice.schoolId === null ? null : loaders.school.load(notice.schoolId);
  }

  @FieldResolver(() => Hub, { nullable: true, description: "The hub whose leaders it went to, if it went to any." })
  toHub(@Root() notice: Notice): Hub | null {
    return notice.toHubId === null ? null : hubStub(notice.toHubId);
  }

  @FieldResolver(() => [NoticeAcknowledgement], { description: "Who has read it, the first first." })
  acknowledgements(@Root() notice: Notice, @Ctx() { loaders }: PeopleContext): Promise<NoticeAcknowledgement[]> {
    return loaders.acknowledgementsOfNotice.load(notice.id);
  }
}

@Resolver(() => NoticeAcknowledgement)
export class NoticeAcknowledgementResolver {
  @FieldResolver(() => Person, { nullable: true, description: "Who; null for whom one may not see." })
  person(@Root() { personId }: NoticeAcknowledgement, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(personId);
  }
}

function unacknowledged(): FilterQuery<Notice> {
  const fragment = raw(
    (alias) => `not exists (select 1 from notice_acknowledgement k where k.notice_id = ${alias}.id)`,
  );
  return { [fragment.key]: [] } as FilterQuery<Notice>;
}
