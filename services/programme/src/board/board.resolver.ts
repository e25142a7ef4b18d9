import { londonDay } from "@psqm/clock/clock";
import { type Connection, PageArgs, paginateList } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { writeCsv } from "../csv/write-csv.ts";
import { visibleEnrolments } from "../enrolment/enrolment.policy.ts";
import { EnrolmentState } from "../enrolment/enrolment.rules.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { programmeTeam } from "../hub/hub.policy.ts";
import type { Loaders } from "../loaders.ts";
import { registrarsOfAttendance, seesRegister } from "../session/session.policy.ts";
import { BoardSort, boardKey, type BoardRow as Row, statesOnBoard } from "./board.rules.ts";
import { BoardRow, BoardRowConnection, CsvFile, type HubStanding, HubStandingConnection, RoundBoard } from "./board.ts";
import { hubBoard } from "./hub-board.ts";
import { hubStandings, roundBoards } from "./programme-board.ts";

@ArgsType()
export class BoardArgs extends PageArgs {
  @Field(() => ID, { description: "The hub's id." })
  hubId!: string;

  @Field(() => ID, { nullable: true, description: "Only schools of this round." })
  roundId?: string | null;

  @Field(() => [EnrolmentState], {
    nullable: true,
    description: "Only schools in one of these states; those whose year goes on or is about to if left out.",
  })
  states?: EnrolmentState[] | null;

  @Field(() => Boolean, { nullable: true, description: "Only schools that are late with something." })
  lateOnly?: boolean | null;

  @Field(() => BoardSort, { nullable: true, description: "In which order; by name if left out." })
  sort?: BoardSort | null;
}

@ArgsType()
export class HubStandingsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: "Only hubs at which there is something to look at." })
  riskOnly?: boolean | null;
}

@Resolver(() => BoardRow)
export class BoardResolver {
  @Policed(registrarsOfAttendance)
  @Query(() => BoardRowConnection, {
    description:
      "The schools of a hub with what its leader works by: where they stand, what is next, what is late, how much they were mentored. For its leaders and mentors and the programme team.",
  })
  async hubBoard(
    @Args(() => BoardArgs) { sort, first, after, ...wanted }: BoardArgs,
    @Ctx() context: Context<Loaders>,
  ): Promise<Connection<Row>> {
    const page: PageArgs = after === undefined ? { first } : { first, after };
    return paginateList(await rowsOf(context, wanted), page, (row) => boardKey(sort ?? BoardSort.Name, row));
  }

  @Policed(registrarsOfAttendance)
  @Query(() => CsvFile, { description: "The same board, whole, as a file for spreadsheets." })
  async hubBoardFile(
    @Args(() => BoardArgs) { sort, first: _first, after: _after, ...wanted }: BoardArgs,
    @Ctx() context: Context<Loaders>,
  ): Promise<CsvFile> {
    const key = (row: Row) => boardKey(sort ?? BoardSort.Name, row).join("\0");
    const rows = (await rowsOf(context, wanted)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return { name: `hub-board-${londonDay(context.clock())}.csv`, text: writeCsv(columns, rows.map(cellsOf)) };
  }

  @Policed(programmeTeam)
  @Query(() => [RoundBoard], {
    description:
      "The rounds to come and going on with where their schools stand, the latest first. For the programme team.",
  })
  roundBoards(@Ctx() { em, clock }: Context): Promise<RoundBoard[]> {
    return roundBoards(em, londonDay(clock()));
  }

  @Policed(programmeTeam)
  @Query(() => HubStandingConnection, {
    description: "The hubs with how full they are and what to look at, by name. For the programme team.",
  })
  async hubStandings(
    @Args(() => HubStandingsArgs) { riskOnly, ...page }: HubStandingsArgs,
    @Ctx() { em, clock }: Context,
  ): Promise<Connection<HubStanding>> {
    const all = await hubStandings(em, londonDay(clock()));
    const wanted = riskOnly ? all.filter(({ risks }) => risks.length > 0) : all;
    return paginateList(wanted, page, ({ hub: { name, id } }) => [name.toLowerCase(), id]);
  }

  @Policed(knownPerson)
  @Query(() => Enrolment, {
    nullable: true,
    description:
      "The school's year that goes on, or is the latest: what its senior leadership team looks at. Null without one that you may see.",
  })
  async schoolYear(
    @Arg("schoolId", () => ID, { description: "The school's id." }) schoolId: string,
    @Ctx() { em, viewer }: Context,
  ): Promise<Enrolment | null> {
    const own = { $and: [{ schoolId }, visibleEnrolments(viewer)] };
    const latest = { orderBy: { id: "desc" } } as const;
    return (
      (await em.findOne(Enrolment, { ...own, state: { $in: [...statesOnBoard] } }, latest)) ??
      em.findOne(Enrolment, own, latest)
    );
  }

  @FieldResolver(() => Enrolment, { nullable: true, description: "The enrolment, with all else that is known of it." })
  enrolment(@Root() { enrolmentId }: BoardRow, @Ctx() { loaders }: Context<Loaders>): Promise<Enrolment | null> {
    return loaders.enrolment.load(enrolmentId);
  }
}

async function rowsOf(
  { em, loaders, viewer, clock }: Context<Loaders>,
  { hubId, ...filter }: Omit<BoardArgs, "first" | "after" | "sort">,
): Promise<Row[]> {
  const hub = await loaders.hub.load(hubId);
  requireSeen(seesRegister, viewer, hub && { hubId }, "hub board", hubId);
  return hubBoard(em, hubId, filter, londonDay(clock()));
}

const columns = [
  "School",
  "State",
  "Next due",
  "By",
  "Late with",
  "Minutes of mentoring",
  "Last mentored on",
  "Units attended",
  "Units",
];

function cellsOf(row: Row): (string | number | null)[] {
  const { schoolName, state, nextDue, late, minutesUsed, lastMentoredOn, unitsAttended, units } = row;
  return [
    schoolName,
    state,
    nextDue?.name ?? null,
    nextDue ? (nextDue.dueBy ?? nextDue.until) : null,
    late.map(({ name }) => name).join("; "),
    minutesUsed,
    lastMentoredOn,
    unitsAttended,
    units,
  ];
}
