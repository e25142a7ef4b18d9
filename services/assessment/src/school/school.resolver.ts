import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Award } from "../award/award.ts";
import type { AssessmentContext } from "../loaders.ts";
import { School } from "./school.ts";

@Resolver(() => School)
export class SchoolResolver {
  @FieldResolver(() => [Award], { description: "The marks it was awarded, newest first." })
  awards(@Root() { id }: School, @Ctx() { loaders }: AssessmentContext): Promise<Award[]> {
    return loaders.awardsBySchool.load(id);
  }
}
