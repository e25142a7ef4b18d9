import type { Day } from "@psqm/clock/clock";
import { type Connection, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
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
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { programmeTeam } from "../hub/hub.policy.ts";
import { Hub } from "../hub/hub.ts";
import type { Loaders } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { Round } from "../round/round.ts";
import { School } from "../school/school.ts";
import { acceptPlace } from "./accept-place.ts";
import { declinePlace } from "./decline-place.ts";
import { deferEnrolment } from "./defer-enrolment.ts";
import { deciders, registrars, visibleEnrolments } from "./enrolment.policy.ts";
import { EnrolmentState } from "./enrolment.rules.ts";
import { Enrolment, EnrolmentConnection, Registration } from "./enrolment.ts";
import { EnrolmentMove } from "./enrolment-move.ts";
import { moveToHub } from "./move-to-hub.ts";
import { offerPlace } from "./offer-place.ts";
import { registerSchool } from "./register-school.ts";
import { withdrawEnrolment } from "./withdraw-enrolment.ts";

@ArgsType()
export class EnrolmentsArgs extends PageArgs {
  @Field(() => EnrolmentState, { nullable: true, description: "Only those in this state." })
  state?: EnrolmentState | null;

  @Field(() => ID, { nullable: true, description: "Only those of this round." })
  roundId?: string | null;

  @Field(() => ID, { nullable: true, description: "Only those of this hub." })
  hubId?: string | null;
}

@InputType({ description: "The consent of a school's senior leadership team." })
export class ConsentInput {
  @Field(() => String, { description: "Who consents: 1 to 120 characters." })
  name!: string;

  @Field(() => DayScalar, { description: "The day on which they consented: today or before." })
  on!: Day;
}

@InputType({ description: "A school to register for a round." })
export class RegisterSchoolInput {
  @Field(() => ID, { nullable: true, description: "The school's id, unless its URN is given." })
  schoolId?: string | null;

  @Field(() => String, { nullable: true, description: "The school's URN, six digits, unless its id is given." })
  urn?: string | null;

  @Field(() => ID, { description: "The id of a round that is open for registration." })
  roundId!: string;

  @Field(() => ID, { nullable: true, description: "The hub in which it would like a place; it waits in its list." })
  preferredHubId?: string | null;

  @Field(() => Int, { nullable: true, description: "Pupils on roll: 0 to 5,000." })
  pupils?: number | null;

  @Field(() => String, { nullable: true, description: "The number that its invoice is to carry: 1 to 120 characters." })
  purchaseOrder?: string | null;

  @Field(() => ConsentInput, { nullable: true, description: "The consent of its senior leadership team." })
  consent?: ConsentInput | null;
}

@InputType({ description: "A place to offer." })
export class OfferPlaceInput {
  @Field(() => ID, { description: "The id of the enrolment of the school that waits for a place." })
  enrolmentId!: string;

  @Field(() => ID, { description: "The id of the hub that has the place." })
  hubId!: string;
}

@InputType({ description: "A place that is not taken." })
export class DeclinePlaceInput {
  @Field(() => ID, { description: "The enrolment's id." })
  enrolmentId!: string;

  @Field(() => String, { description: "Why: 1 to 500 characters, kept in its history." })
  reason!: string;
}

@InputType({ description: "A school that moves to another hub." })
export class MoveToHubInput {
  @Field(() => ID, { description: "The enrolment's id." })
  enrolmentId!: string;

  @Field(() => ID, { description: "The id of the hub that it moves to." })
  hubId!: string;

  @Field(() => String, { description: "Why: 1 to 500 characters, kept in its history." })
  reason!: string;
}

@InputType({ description: "An enrolment to defer to a later round." })
export class DeferEnrolmentInput {
  @Field(() => ID, { description: "The enrolment's id." })
  enrolmentId!: string;

  @Field(() => ID, { description: "The id of the later round, which is open for registration." })
  roundId!: string;

  @Field(() => String, { description: "Why: 1 to 500 characters, kept in its history." })
  reason!: string;
}

@InputType({ description: "An enrolment to withdraw." })
export class WithdrawEnrolmentInput {
  @Field(() => ID, { description: "The enrolment's id." })
  enrolmentId!: string;

  @Field(() => String, { description: "Why: 1 to 500 characters, kept in its history." })
  reason!: string;
}

@Resolver(() => Enrolment)
export class EnrolmentResolver {
  @Policed(knownPerson)
  @Query(() => Enrolment, {
    nullable: true,
    description: "One enrolment; null when there is none with this id that you may see.",
  })
  enrolment(
    @Arg("id", () => ID, { description: "The enrolment's id." }) id: string,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Enrolment | null> {
    return loaders.enrolment.load(id);
  }

  @Policed(knownPerson)
  @Query(() => EnrolmentConnection, { description: "Enrolments that you may see, the latest first." })
  enrolments(
    @Args(() => EnrolmentsArgs) { state, roundId, hubId, ...page }: EnrolmentsArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<Enrolment>> {
    const wanted = { ...(state && { state }), ...(roundId && { roundId }), ...(hubId && { hubId }) };
    return paginate(em, Enrolment, { $and: [wanted, visibleEnrolments(viewer)] }, page, { id: "desc" });
  }

  @Policed(registrars)
  @Mutation(() => Enrolment, {
    description: "Registers a school for a round. For its head teacher, its subject leader and the programme team.",
  })
  registerSchool(
    @Arg("input", () => RegisterSchoolInput, { description: "Which school for which round." })
    input: RegisterSchoolInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return registerSchool(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Enrolment, {
    description: "Offers a registered school a place in a hub that has one left. For the programme team.",
  })
  offerPlace(
    @Arg("input", () => OfferPlaceInput, { description: "Which school in which hub." }) input: OfferPlaceInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return offerPlace(caller, input);
  }

  @Policed(deciders)
  @Mutation(() => Enrolment, {
    description: "Takes the place that the school was offered. For its head teacher and the programme team.",
  })
  acceptPlace(
    @Arg("enrolmentId", () => ID, { description: "The enrolment's id." }) enrolmentId: string,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return acceptPlace(caller, enrolmentId);
  }

  @Policed(deciders)
  @Mutation(() => Enrolment, {
    description: "Takes a school out of its round and frees its place. For its head teacher and the programme team.",
  })
  withdrawEnrolment(
    @Arg("input", () => WithdrawEnrolmentInput, { description: "Which enrolment, and why." })
    input: WithdrawEnrolmentInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return withdrawEnrolment(caller, input);
  }

  @Policed(deciders)
  @Mutation(() => Enrolment, {
    description:
      "Gives back the place that the school was offered; it waits for another. For its head teacher and the programme team.",
  })
  declinePlace(
    @Arg("input", () => DeclinePlaceInput, { description: "Which enrolment, and why." }) input: DeclinePlaceInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return declinePlace(caller, input);
  }

  @Policed(deciders)
  @Mutation(() => Enrolment, {
    description:
      "Takes a school out of its round and registers it for a later one, whose enrolment it gives back. For its head teacher and the programme team.",
  })
  deferEnrolment(
    @Arg("input", () => DeferEnrolmentInput, { description: "Which enrolment, to which round, and why." })
    input: DeferEnrolmentInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return deferEnrolment(caller, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Enrolment, {
    description: "Moves a school to another hub that has a place left. For the programme team.",
  })
  moveToHub(
    @Arg("input", () => MoveToHubInput, { description: "Which enrolment, to which hub, and why." })
    input: MoveToHubInput,
    @Ctx() caller: Context,
  ): Promise<Enrolment> {
    return moveToHub(caller, input);
  }

  @FieldResolver(() => Registration, {
    nullable: true,
    description: "What the school said when it registered. For its own people, the programme team and finance.",
  })
  registration(@Root() enrolment: Enrolment): Registration {
    const { schoolId, purchaseOrder, pupilsTold, consentBy, consentOn } = enrolment;
    return {
      schoolId,
      pupils: pupilsTold ?? null,
      purchaseOrder: purchaseOrder ?? null,
      consentBy: consentBy ?? null,
      consentOn: consentOn ?? null,
    };
  }

  @FieldResolver(() => Hub, { nullable: true, description: "The hub in which it would like a place; null for any." })
  async preferredHub(@Root() { preferredHubId }: Enrolment, @Ctx() { loaders }: Context<Loaders>): Promise<Hub | null> {
    return preferredHubId ? loaders.hub.load(preferredHubId) : null;
  }

  // School, hub and person may be nullable in the answer although none is missing: the rest of an enrolment is of use
  // while the service that knows them is away.
  @FieldResolver(() => School, { nullable: true, description: "The school." })
  school(@Root() { schoolId }: Enrolment): School {
    return { id: schoolId };
  }

  @FieldResolver(() => Hub, { nullable: true, description: "The hub that offered it a place; null before." })
  async hub(@Root() { hubId }: Enrolment, @Ctx() { loaders }: Context<Loaders>): Promise<Hub | null> {
    return hubId ? loaders.hub.load(hubId) : null;
  }

  @FieldResolver(() => Round, { description: "The round." })
  round(@Root() { roundId }: Enrolment, @Ctx() { loaders }: Context<Loaders>): Promise<Round | null> {
    return loaders.round.load(roundId);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who registered the school." })
  registeredBy(@Root() { registeredById }: Enrolment): Person {
    return { id: registeredById };
  }

  @FieldResolver(() => [EnrolmentMove], { description: "Every step so far, the first one first." })
  history(@Root() { id }: Enrolment, @Ctx() { loaders }: Context<Loaders>): Promise<EnrolmentMove[]> {
    return loaders.history.load(id);
  }
}

@Resolver(() => EnrolmentMove)
export class EnrolmentMoveResolver {
  @FieldResolver(() => Person, {
    nullable: true,
    description: "Who moved it; null where the platform did, on hearing of something.",
  })
  by(@Root() { byId }: EnrolmentMove): Person | null {
    return byId ? { id: byId } : null;
  }
}
