import { BadInput, NotFound } from "@psqm/refusal/refusal";
import { type Connection, connectionOf, PageArgs, pageSize, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { conversationRoles } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { MessagingContext } from "../loaders.ts";
import { Access, TranscriptLine } from "./access.ts";
import { Concern } from "./concern.ts";
import {
  closeConcern,
  freezeConversation,
  holdConversation,
  openConversation,
  releaseConversation,
  thawConversation,
} from "./oversee.ts";
import { Oversight } from "./oversight.ts";
import { reportConcern } from "./report-concern.ts";
import { transcript } from "./safety.loader.ts";
import { accessHolder, programmeTeam } from "./safety.policy.ts";
import { assertOpen } from "./safety.rules.ts";

const ConcernConnection = connectionOf<Concern>("Concern", () => Concern);
const theConversation = { description: "The conversation's id." };
const theReason = { description: "Why, in 10 to 2,000 characters; the people of the conversation read it." };

@InputType({ description: "A worry to tell the programme team of." })
export class ReportConcernInput {
  @Field(() => ID, { description: "The conversation that it is about." })
  conversationId!: string;

  @Field(() => ID, { nullable: true, description: "The message that it is about, if it is about one." })
  messageId?: string;

  @Field(() => String, { description: "What the worry is, in 10 to 2,000 characters." })
  text!: string;
}

@Resolver(() => Conversation)
export class SafetyResolver {
  @FieldResolver(() => [Access], {
    description: "When somebody of the programme team has opened it to read it, who, and why; the latest first.",
  })
  accesses(@Root() { id }: Conversation, @Ctx() { loaders }: MessagingContext): Promise<Access[]> {
    return loaders.accesses.load(id);
  }

  @Policed(conversationRoles)
  @Mutation(() => Concern, {
    description: "Tells the programme team of a worry. The others of the conversation do not hear of it.",
  })
  reportConcern(
    @Arg("input", () => ReportConcernInput, { description: "What about." }) input: ReportConcernInput,
    @Ctx() context: MessagingContext,
  ): Promise<Concern> {
    return reportConcern(context, input);
  }

  @Policed(knownPerson)
  @Query(() => ConcernConnection, { description: "The concerns that you have reported, the newest first." })
  myConcerns(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: MessagingContext) {
    return paginate(em, Concern, { reportedBy: viewer.personId ?? "" }, page, { id: "desc" });
  }

  @Policed(programmeTeam)
  @Query(() => ConcernConnection, { description: "All concerns, the newest first." })
  concerns(
    @Args(() => PageArgs) page: PageArgs,
    @Arg("open", () => Boolean, { nullable: true, description: "Only those that are open, or only closed ones." })
    open: boolean | null | undefined,
    @Ctx() { em }: MessagingContext,
  ) {
    const where = open === null || open === undefined ? {} : { closedAt: open ? null : { $ne: null } };
    return paginate(em, Concern, where, page, { id: "desc" });
  }

  @Policed(programmeTeam)
  @Query(() => Oversight, { nullable: true, description: "What is known of a conversation without opening it." })
  async oversight(
    @Arg("conversationId", () => ID, theConversation) id: string,
    @Ctx() { loaders }: MessagingContext,
  ): Promise<Oversight> {
    const conversation = await loaders.conversation.load(id);
    if (!conversation) throw new NotFound("conversation", id);
    return new Oversight(conversation);
  }

  @Policed(programmeTeam)
  @Query(() => Access, { nullable: true, description: "An opened conversation, to read on in it." })
  async conversationAccess(
    @Arg("id", () => ID, { description: "The id that opening it gave." }) id: string,
    @Ctx() { em }: MessagingContext,
  ): Promise<Access> {
    const access = await em.findOne(Access, { id }, { populate: ["conversation"] });
    if (!access) throw new NotFound("access", id);
    return access;
  }

  @Policed(programmeTeam)
  @Mutation(() => Oversight, { description: "Freezes a conversation: it can be read, and nothing in it changes." })
  async freezeConversation(
    @Arg("conversationId", () => ID, theConversation) id: string,
    @Arg("reason", () => String, theReason) reason: string,
    @Ctx() context: MessagingContext,
  ): Promise<Oversight> {
    return new Oversight(await freezeConversation(context, id, reason));
  }

  @Policed(programmeTeam)
  @Mutation(() => Oversight, { description: "Lets a frozen conversation go on." })
  async thawConversation(
    @Arg("conversationId", () => ID, theConversation) id: string,
    @Ctx() context: MessagingContext,
  ): Promise<Oversight> {
    return new Oversight(await thawConversation(context, id));
  }

  @Policed(programmeTeam)
  @Mutation(() => Oversight, {
    description:
      "Puts a conversation on hold: nothing of it is erased, whatever is due or was deleted, until it is released.",
  })
  async holdConversation(
    @Arg("conversationId", () => ID, theConversation) id: string,
    @Arg("reason", () => String, { description: "Why, in 10 to 2,000 characters, for the programme team." })
    reason: string,
    @Ctx() context: MessagingContext,
  ): Promise<Oversight> {
    return new Oversight(await holdConversation(context, id, reason));
  }

  @Policed(programmeTeam)
  @Mutation(() => Oversight, { description: "Lets what is due of a conversation be erased again." })
  async releaseConversation(
    @Arg("conversationId", () => ID, theConversation) id: string,
    @Ctx() context: MessagingContext,
  ): Promise<Oversight> {
    return new Oversight(await releaseConversation(context, id));
  }

  @Policed(programmeTeam)
  @Mutation(() => Access, {
    description: "Opens a conversation to read it for a day. Everybody who takes part in it sees who has, and why.",
  })
  openConversation(
    @Arg("conversationId", () => ID, theConversation) id: string,
    @Arg("reason", () => String, theReason) reason: string,
    @Ctx() context: MessagingContext,
  ): Promise<Access> {
    return openConversation(context, id, reason);
  }

  @Policed(programmeTeam)
  @Mutation(() => Concern, { description: "Says what came of a concern, and that it is closed." })
  closeConcern(
    @Arg("concernId", () => ID, { description: "The concern's id." }) id: string,
    @Arg("outcome", () => String, { description: "What came of it, in 10 to 2,000 characters, for who reported it." })
    outcome: string,
    @Ctx() context: MessagingContext,
  ): Promise<Concern> {
    return closeConcern(context, id, outcome);
  }
}

const TranscriptConnection = connectionOf<TranscriptLine>("TranscriptLine", () => TranscriptLine);

@Resolver(() => Access)
export class AccessResolver {
  @Policed(accessHolder)
  @FieldResolver(() => TranscriptConnection, {
    nullable: true,
    description: "What was said, in order, for the one who opened it, until it runs out.",
  })
  async transcript(
    @Root() { conversation, until }: Access,
    @Arg("first", () => Int, { defaultValue: 20, description: "How many to give, 1 to 100." }) first: number,
    @Arg("after", () => Int, { nullable: true, description: "The sequence after which to go on." })
    after: number | null | undefined,
    @Ctx() { em, clock }: MessagingContext,
  ): Promise<Connection<TranscriptLine>> {
    const size = pageSize(first);
    if ((after ?? 0) < 0) throw new BadInput(`\`after\` is a sequence, 0 or more; this is ${after}.`);
    assertOpen(until, clock());
    const found = await transcript(em, conversation.id, { after: after ?? 0, limit: size + 1 });
    const edges = found.slice(0, size).map((node) => ({ node, cursor: String(node.sequence) }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: { hasNextPage: found.length > size, endCursor: edges.at(-1)?.cursor ?? null },
    };
  }

  @Policed(accessHolder)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The path at this graph's address under which the one who opened it gets all of it as a signed ZIP, files too, for a quarter of an hour. What signed it is told at `/files/messaging/archive/keys.json`.",
  })
  async archivePath(
    @Root() { id, openedBy, until }: Access,
    @Ctx() { clock, resources }: MessagingContext,
  ): Promise<string> {
    assertOpen(until, clock());
    return (await resources.archives.links.make("get", { fileId: id, personId: openedBy })).path;
  }
}
