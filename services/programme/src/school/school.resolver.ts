import type { Context } from "@psqm/subgraph/context";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Enrolment } from "../enrolment/enrolment.ts";
import type { Loaders } from "../loaders.ts";
import { School } from "./school.ts";

@Resolver(() => School)
export class SchoolResolver {
  @FieldResolver(() => [Enrolment], {
    description: "Its enrolments, one for each round, the latest first, as far as you may see them.",
  })
  enrolments(@Root() { id }: School, @Ctx() { loaders }: Context<Loaders>): Promise<Enrolment[]> {
    return loaders.enrolmentsOfSchool.load(id);
  }
}
