import { everyone, Policed } from "@psqm/subgraph/policy";
import { Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { School } from "../school/school.ts";
import { ViewerOfGraph, ViewerSchool, viewerOfGraph } from "./viewer.ts";

@Resolver(() => ViewerOfGraph)
export class ViewerResolver {
  @Policed(everyone)
  @Query(() => ViewerOfGraph, { description: "Who is asking: oneself. Without roles for whoever is not signed in." })
  viewer(@Ctx() { viewer }: PeopleContext): ViewerOfGraph {
    return viewerOfGraph(viewer);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Oneself as a person; null for strangers and partners." })
  async person(@Root() { personId }: ViewerOfGraph, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return personId === null ? null : loaders.person.load(personId);
  }
}

@Resolver(() => ViewerSchool)
export class ViewerSchoolResolver {
  @FieldResolver(() => School, { nullable: true, description: "The school." })
  school(@Root() { schoolId }: ViewerSchool, @Ctx() { loaders }: PeopleContext): Promise<School | null> {
    return loaders.school.load(schoolId);
  }
}
