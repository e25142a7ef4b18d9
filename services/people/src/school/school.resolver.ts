import type { FilterQuery } from "@mikro-orm/core";
import { BadInput } from "@psqm/refusal/refusal";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed } from "@psqm/subgraph/policy";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { SchoolMembership } from "../school-membership/school-membership.ts";
import { FormerUrn } from "./former-urn.ts";
import { visibleSchools } from "./school.policy.ts";
import { School } from "./school.ts";

const SchoolConnection = connectionOf<School>("School", () => School);

@ArgsType()
class SchoolsArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Only those of this local authority, e.g. "East Riding of Yorkshire".',
  })
  localAuthority?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Only those whose name has this in it, in whatever case; 2 to 100 characters.",
  })
  nameContains?: string | null;
}

@Resolver(() => School)
export class SchoolResolver {
  @Policed(knownPerson)
  @Query(() => School, {
    nullable: true,
    description: "One school, by its id or by its URN, also one that it had before.",
  })
  async school(
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id: string | null | undefined,
    @Arg("urn", () => String, { nullable: true, description: "Its URN." }) urn: string | null | undefined,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<School | null> {
    if (id && !urn) return loaders.school.load(id);
    if (urn && !id) return loaders.schoolByUrn.load(urn);
    throw new BadInput("Say which school by its `id` or by its `urn`, one of the two.");
  }

  @Policed(knownPerson)
  @Query(() => SchoolConnection, { description: "The schools that one may see, in order of name." })
  schools(
    @Args(() => SchoolsArgs) { localAuthority, nameContains, ...page }: SchoolsArgs,
    @Ctx() { em, viewer }: PeopleContext,
  ) {
    const where: FilterQuery<School>[] = [visibleSchools(viewer)];
    if (localAuthority) where.push({ localAuthority });
    if (nameContains) where.push({ name: { $ilike: `%${searched(nameContains)}%` } });
    return paginate(em, School, { $and: where }, page, { name: "asc", id: "asc" });
  }

  @FieldResolver(() => [FormerUrn], {
    description: "The URNs it had before; a school that becomes an academy gets a new one.",
  })
  formerUrns(@Root() school: School, @Ctx() { loaders }: PeopleContext): Promise<FormerUrn[]> {
    return loaders.formerUrnsOfSchool.load(school.id);
  }

  @FieldResolver(() => School, {
    nullable: true,
    description: "The school that took over when this one closed; null for none, and for one that one may not see.",
  })
  successor(@Root() { successorId }: School, @Ctx() { loaders }: PeopleContext): Promise<School | null> | null {
    return successorId === null ? null : loaders.school.load(successorId);
  }

  @FieldResolver(() => [School], { description: "The schools that it took over, as far as one may see them." })
  predecessors(@Root() school: School, @Ctx() { loaders }: PeopleContext): Promise<School[]> {
    return loaders.predecessorsOfSchool.load(school.id);
  }

  @FieldResolver(() => [SchoolMembership], {
    description: "Who belongs to the school now, as far as one may see them, those who came first before the others.",
  })
  members(@Root() school: School, @Ctx() { loaders }: PeopleContext): Promise<SchoolMembership[]> {
    return loaders.membershipsOfSchool.load(school.id);
  }
}

/** The text without meaning for LIKE. */
function searched(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length < 2 || trimmed.length > 100) {
    throw new BadInput(`\`nameContains\` has 2 to 100 characters; this has ${trimmed.length}.`);
  }
  return trimmed.replaceAll(/[\\%_]/g, "\\$&");
}
