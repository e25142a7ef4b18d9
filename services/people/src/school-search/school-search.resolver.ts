import { knownPerson, Policed, partOfParent } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { School } from "../school/school.ts";
import { nearestSchools } from "./nearest-schools.ts";
import { searchSchools } from "./search-schools.ts";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A school with how far away it is." })
class SchoolNearby {
  schoolId!: string;

  @Field(() => Int, { description: "Metres in a straight line." })
  metres!: number;
}

@Resolver(() => SchoolNearby)
export class SchoolSearchResolver {
  @Policed(knownPerson)
  @Query(() => [School], {
    description:
      "The schools that one may see and that are most like a text, the best match first: by parts of the name, town, postcode, local authority and by URN. Forgives typing errors.",
  })
  searchSchools(
    @Arg("text", () => String, {
      description: "1 to 12 words, one of them with three letters or digits at least and not in every school's name.",
    })
    text: string,
    @Arg("first", () => Int, { defaultValue: 20, description: "How many, 1 to 100." }) first: number,
    @Ctx() { em, viewer }: PeopleContext,
  ): Promise<School[]> {
    return searchSchools(em, viewer, { text, first });
  }

  @Policed(knownPerson)
  @Query(() => [SchoolNearby], {
    description:
      "The schools that one may see and that are next to a school or a place, the nearest first; closed ones are left out. Empty for a school without a place. Refusals: NOT_FOUND.",
  })
  nearestSchools(
    @Arg("schoolId", () => ID, { nullable: true, description: "Next to which school." })
    schoolId: string | null | undefined,
    @Arg("easting", () => Int, { nullable: true, description: "Metres east on the national grid, with `northing`." })
    easting: number | null | undefined,
    @Arg("northing", () => Int, { nullable: true, description: "Metres north on the national grid." })
    northing: number | null | undefined,
    @Arg("first", () => Int, { defaultValue: 20, description: "How many, 1 to 100." }) first: number,
    @Ctx() { em, viewer }: PeopleContext,
  ): Promise<SchoolNearby[]> {
    return nearestSchools(em, viewer, { schoolId, easting, northing }, first);
  }

  @FieldResolver(() => School, { nullable: true, description: "The school." })
  school(@Root() { schoolId }: SchoolNearby, @Ctx() { loaders }: PeopleContext): Promise<School | null> {
    return loaders.school.load(schoolId);
  }
}
