import { type Connection, PageArgs, paginateList } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
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
import { BulkResult, bulkResult } from "../csv/bulk-result.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { distanceMetres } from "../hub/grid-reference.rules.ts";
import { programmeTeam } from "../hub/hub.policy.ts";
import { Hub } from "../hub/hub.ts";
import type { Loaders } from "../loaders.ts";
import type { Proposal } from "./allocation.rules.ts";
import {
  AllocationProposal,
  AllocationProposalConnection,
  type HubNearby,
  HubNearbyConnection,
  PlaceOutcome,
} from "./allocation.ts";
import { offerPlaces } from "./offer-places.ts";
import { offerPlacesFromCsv } from "./offer-places-from-csv.ts";
import { placesOfSchools, proposalsFor } from "./proposals.ts";

@ArgsType()
export class AllocationArgs extends PageArgs {
  @Field(() => ID, { description: "The round's id." })
  roundId!: string;
}

@ArgsType()
export class HubsNearArgs extends PageArgs {
  @Field(() => ID, { description: "The school's id." })
  schoolId!: string;
}

@InputType({ description: "A school and the hub in which it is to be offered a place." })
export class WantedPlaceInput {
  @Field(() => ID, { description: "The id of the enrolment of the school that waits for a place." })
  enrolmentId!: string;

  @Field(() => ID, { description: "The id of the hub." })
  hubId!: string;
}

@InputType({ description: "Places to offer, one for each school." })
export class OfferPlacesInput {
  @Field(() => [WantedPlaceInput], { description: "1 to 5,000 of them; each is judged after those before it." })
  places!: WantedPlaceInput[];

  @Field(() => Boolean, { description: "Only say what would become of each, and change nothing." })
  dryRun!: boolean;
}

@InputType({ description: "Places to offer by a file." })
export class OfferPlacesFromCsvInput {
  @Field(() => ID, { description: "The round's id." })
  roundId!: string;

  @Field(() => String, {
    description: "CSV with the columns `urn` and `hub` (the hub's name) and 1 to 5,000 rows below that header.",
  })
  csv!: string;

  @Field(() => Boolean, { description: "Only say what would become of each row, and change nothing." })
  dryRun!: boolean;
}

@Resolver(() => AllocationProposal)
export class AllocationResolver {
  @Policed(programmeTeam)
  @Query(() => AllocationProposalConnection, {
    description:
      "A hub for each school that waits for a place in the round, by its wish, the distance and how full hubs are; who registered first comes first. For the programme team, who decide.",
  })
  async allocation(
    @Args(() => AllocationArgs) { roundId, ...page }: AllocationArgs,
    @Ctx() { em }: Context,
  ): Promise<Connection<Proposal>> {
    const proposals = await proposalsFor(em, roundId);
    const place = new Map(proposals.map(({ enrolmentId }, at) => [enrolmentId, String(at).padStart(6, "0")]));
    return paginateList(proposals, page, ({ enrolmentId }) => [place.get(enrolmentId) ?? "", enrolmentId]);
  }

  @Policed(knownPerson)
  @Query(() => HubNearbyConnection, { description: "Hubs by how far they are from a school, the nearest first." })
  async hubsNear(
    @Args(() => HubsNearArgs) { schoolId, ...page }: HubsNearArgs,
    @Ctx() { em }: Context,
  ): Promise<Connection<HubNearby>> {
    const hubs = await em.find(Hub, {});
    const places = await placesOfSchools(em, [schoolId, ...hubs.flatMap(({ baseSchoolId }) => baseSchoolId ?? [])]);
    const near = hubs.map((hub) => ({
      hub,
      distanceMetres: distanceMetres(places.get(schoolId) ?? null, places.get(hub.baseSchoolId ?? "") ?? null),
    }));
    return paginateList(near, page, ({ hub, distanceMetres: metres }) => [
      String(metres ?? 9_999_999).padStart(7, "0"),
      hub.name,
      hub.id,
    ]);
  }

  @Policed(programmeTeam)
  @Mutation(() => [PlaceOutcome], {
    description:
      "Offers many registered schools places at once; what cannot be is said of each and holds up no other. For the programme team.",
  })
  async offerPlaces(
    @Arg("input", () => OfferPlacesInput, { description: "Which places, and whether to change anything." })
    input: OfferPlacesInput,
    @Ctx() caller: Context<Loaders>,
  ): Promise<PlaceOutcome[]> {
    const verdicts = await offerPlaces(caller, input);
    const enrolments = await caller.loaders.enrolment.loadMany(verdicts.map(({ enrolmentId }) => enrolmentId));
    return verdicts.map(({ enrolmentId, hubId, refusal }, at) => {
      const enrolment = enrolments[at];
      return {
        enrolmentId,
        hubId,
        enrolment: enrolment instanceof Error || !enrolment ? null : enrolment,
        offered: refusal === null,
        code: refusal?.code ?? null,
        message: refusal?.message ?? null,
      };
    });
  }

  @Policed(programmeTeam)
  @Mutation(() => BulkResult, {
    description:
      "Offers places by a CSV of URNs and hubs; what cannot be is said of each row and holds up no other. For the programme team.",
  })
  async offerPlacesFromCsv(
    @Arg("input", () => OfferPlacesFromCsvInput, { description: "The file, and whether to change anything." })
    input: OfferPlacesFromCsvInput,
    @Ctx() caller: Context,
  ): Promise<BulkResult> {
    return bulkResult(input.dryRun, await offerPlacesFromCsv(caller, input));
  }

  @FieldResolver(() => Enrolment, { nullable: true, description: "The enrolment of the school that waits." })
  enrolment(
    @Root() { enrolmentId }: AllocationProposal,
    @Ctx() { loaders }: Context<Loaders>,
  ): Promise<Enrolment | null> {
    return loaders.enrolment.load(enrolmentId);
  }

  @FieldResolver(() => Hub, {
    nullable: true,
    description: "The hub that is proposed; null when none has a place left.",
  })
  async hub(@Root() { hubId }: AllocationProposal, @Ctx() { loaders }: Context<Loaders>): Promise<Hub | null> {
    return hubId ? loaders.hub.load(hubId) : null;
  }
}
