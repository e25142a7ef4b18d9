import type { Context } from "@psqm/subgraph/context";
import { Policed } from "@psqm/subgraph/policy";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  GraphQLISODateTime,
  ID,
  InputType,
  Int,
  Mutation,
  Resolver,
  Root,
} from "type-graphql";
import { BulkResult, bulkResult } from "../csv/bulk-result.ts";
import { hasLeft } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import type { Loaders } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { bookSession, giveUpBooking } from "./book-session.ts";
import { cancelSession } from "./cancel-session.ts";
import { moveSession } from "./move-session.ts";
import { planSession } from "./plan-session.ts";
import { registerAttendance } from "./register-attendance.ts";
import { registerAttendanceFromCsv } from "./register-attendance-from-csv.ts";
import { roundUnits } from "./round-units.ts";
import { participants, planners, registrarsOfAttendance, seesRegister } from "./session.policy.ts";
import { trainingOf } from "./session.rules.ts";
import { Booking, Session, TrainingType } from "./session.ts";
import { hubRound } from "./training.loader.ts";

@InputType({ description: "A session to plan." })
export class PlanSessionInput {
  @Field(() => ID, { description: "The hub's id." })
  hubId!: string;

  @Field(() => ID, { description: "The round's id." })
  roundId!: string;

  @Field(() => Int, { description: "The number of the unit that it gives, from 1." })
  unit!: number;

  @Field(() => GraphQLISODateTime, {
    description: "When it begins: to come, and within the unit's days unless it is a make-up.",
  })
  startsAt!: Date;

  @Field(() => String, { description: "Where it is, an address or a joining link: 1 to 300 characters." })
  place!: string;

  @Field(() => Int, {
    nullable: true,
    description: "How many people it has room for, 1 to 500; without limit if left out.",
  })
  capacity?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether it is for those who missed the unit; then it may come after its days.",
  })
  makeUp?: boolean | null;
}

@InputType({ description: "Another moment, or place, for a session." })
export class MoveSessionInput {
  @Field(() => ID, { description: "The session's id." })
  sessionId!: string;

  @Field(() => GraphQLISODateTime, { description: "When it is to begin." })
  startsAt!: Date;

  @Field(() => String, { nullable: true, description: "Where it is to be; as before if left out." })
  place?: string | null;
}

@InputType({ description: "Somebody who was present in a session." })
export class PresentInput {
  @Field(() => ID, { description: "The person's id." })
  personId!: string;

  @Field(() => Int, { nullable: true, description: "Minutes attended; the whole session if left out." })
  minutes?: number | null;
}

@InputType({ description: "A session's register." })
export class RegisterAttendanceInput {
  @Field(() => ID, { description: "The session's id." })
  sessionId!: string;

  @Field(() => [PresentInput], {
    description: "Everybody who was present; who has booked and is not named was absent.",
  })
  present!: PresentInput[];
}

@InputType({ description: "A session's register as a file." })
export class RegisterAttendanceFromCsvInput {
  @Field(() => ID, { description: "The session's id." })
  sessionId!: string;

  @Field(() => String, {
    description:
      "CSV with the columns `person` (id) and `minutes` (empty for the whole session), and 1 to 5,000 rows below that header: everybody who was present.",
  })
  csv!: string;

  @Field(() => Boolean, { description: "Only say what would become of each row, and change nothing." })
  dryRun!: boolean;
}

@Resolver(() => Session)
export class SessionResolver {
  @Policed(registrarsOfAttendance)
  @Mutation(() => BulkResult, {
    description:
      "Keeps who was present by a CSV: all of it, or nothing when a row cannot be. For the hub's leaders and mentors and the programme team.",
  })
  async registerAttendanceFromCsv(
    @Arg("input", () => RegisterAttendanceFromCsvInput, { description: "The file, and whether to change anything." })
    input: RegisterAttendanceFromCsvInput,
    @Ctx() caller: Context,
  ): Promise<BulkResult> {
    return bulkResult(input.dryRun, await registerAttendanceFromCsv(caller, input));
  }

  @Policed(planners)
  @Mutation(() => Session, {
    description: "Plans a session for a hub's round. For the hub's leaders and the programme team.",
  })
  planSession(
    @Arg("input", () => PlanSessionInput, { description: "The session to plan." }) input: PlanSessionInput,
    @Ctx() caller: Context,
  ): Promise<Session> {
    return planSession(caller, input);
  }

  @Policed(planners)
  @Mutation(() => Session, {
    description: "Moves a session; bookings stay. For the hub's leaders and the programme team.",
  })
  moveSession(
    @Arg("input", () => MoveSessionInput, { description: "Which session, and when it is to be." })
    input: MoveSessionInput,
    @Ctx() caller: Context,
  ): Promise<Session> {
    return moveSession(caller, input);
  }

  @Policed(planners)
  @Mutation(() => Session, { description: "Cancels a session to come. For the hub's leaders and the programme team." })
  cancelSession(
    @Arg("sessionId", () => ID, { description: "The session's id." }) sessionId: string,
    @Ctx() caller: Context,
  ): Promise<Session> {
    return cancelSession(caller, sessionId);
  }

  @Policed(participants)
  @Mutation(() => Session, {
    description: "Books your place in a session. For subject leaders and second participants.",
  })
  bookSession(
    @Arg("sessionId", () => ID, { description: "The session's id." }) sessionId: string,
    @Ctx() caller: Context,
  ): Promise<Session> {
    return bookSession(caller, sessionId);
  }

  @Policed(participants)
  @Mutation(() => Session, { description: "Gives your place in a session back." })
  giveUpBooking(
    @Arg("sessionId", () => ID, { description: "The session's id." }) sessionId: string,
    @Ctx() caller: Context,
  ): Promise<Session> {
    return giveUpBooking(caller, sessionId);
  }

  @Policed(registrarsOfAttendance)
  @Mutation(() => Session, {
    description:
      "Keeps who was present, all at once; again to put it right. For the hub's leaders and mentors and the programme team.",
  })
  registerAttendance(
    @Arg("input", () => RegisterAttendanceInput, { description: "The register." }) input: RegisterAttendanceInput,
    @Ctx() caller: Context,
  ): Promise<Session> {
    return registerAttendance(caller, input);
  }

  @FieldResolver(() => Boolean, { description: "Whether you have a place in it." })
  async booked(@Root() { id }: Session, @Ctx() { loaders, viewer }: Context<Loaders>): Promise<boolean> {
    return (await loaders.bookings.load(id)).some(({ personId }) => personId === viewer.personId);
  }

  @Policed(seesRegister)
  @FieldResolver(() => [Booking], { nullable: true, description: "Who has a place in it, and who came." })
  register(@Root() { id }: Session, @Ctx() { loaders }: Context<Loaders>): Promise<Booking[]> {
    return loaders.bookings.load(id);
  }
}

@Resolver(() => Booking)
export class BookingResolver {
  @FieldResolver(() => Person, { nullable: true, description: "The person." })
  person(@Root() { personId }: Booking): Person {
    return { id: personId };
  }
}

@Resolver(() => Enrolment)
export class TrainingOfEnrolmentResolver {
  @FieldResolver(() => TrainingType, {
    nullable: true,
    description: "Its training; null before it is offered a place in a hub, or when it has left.",
  })
  async training(
    @Root() { id, hubId, roundId, state }: Enrolment,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<TrainingType | null> {
    if (!hubId || hasLeft(state)) return null;
    const [round, attended, sessions] = await Promise.all([
      loaders.round.load(roundId),
      loaders.attended.load(id),
      loaders.sessions.load(hubRound(hubId, roundId)),
    ]);
    if (!round) return null;
    const { cpd, ...training } = trainingOf(roundUnits(round), attended);
    return { ...training, cpd: cpd.map(({ personId, minutes }) => ({ person: { id: personId }, minutes })), sessions };
  }
}
