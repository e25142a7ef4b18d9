import { Policed } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { Role } from "../role/role.ts";
import { School } from "../school/school.ts";
import { addSchoolMember } from "./add-school-member.ts";
import { endSchoolMembership } from "./end-school-membership.ts";
import { staffsSchools } from "./school-membership.policy.ts";
import { SchoolMembership } from "./school-membership.ts";

@InputType({ description: "Who joins which school as what." })
class AddSchoolMemberInput {
  @Field(() => ID, { description: "The school." })
  schoolId!: string;

  @Field(() => String, { description: "The full name, for somebody new; whoever is known keeps their name." })
  name!: string;

  @Field(() => String, { description: "The e-mail address, which says who it is." })
  email!: string;

  @Field(() => Role, { description: "SUBJECT_LEADER, SECOND_PARTICIPANT or HEAD_TEACHER." })
  role!: Role;
}

@Resolver(() => SchoolMembership)
export class SchoolMembershipResolver {
  @Policed(staffsSchools)
  @Mutation(() => SchoolMembership, {
    description:
      "Somebody joins a school. The programme team may add anybody, a head teacher the subject leader and the second participant of their own school; somebody known whom they may not see yet, only by the name that person goes by. Refusals: SCHOOL_TEAM_FULL, ALREADY_MEMBER, NAME_DIFFERS, NOT_FOUND, FORBIDDEN.",
  })
  addSchoolMember(
    @Arg("input", () => AddSchoolMemberInput, { description: "Who, where, as what." }) input: AddSchoolMemberInput,
    @Ctx() context: PeopleContext,
  ): Promise<SchoolMembership> {
    return addSchoolMember(context, input);
  }

  @Policed(staffsSchools)
  @Mutation(() => SchoolMembership, {
    description: "Ends a membership today. For whom adding is. Refusals: MEMBERSHIP_ENDED, NOT_FOUND, FORBIDDEN.",
  })
  endSchoolMembership(
    @Arg("membershipId", () => ID, { description: "Which membership." }) membershipId: string,
    @Ctx() context: PeopleContext,
  ): Promise<SchoolMembership> {
    return endSchoolMembership(context, membershipId);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who it is; null for whom one may not see." })
  person(@Root() membership: SchoolMembership, @Ctx() { loaders }: PeopleContext): Promise<Person | null> {
    return loaders.person.load(membership.personId);
  }

  @FieldResolver(() => School, { nullable: true, description: "Where; null for a school that one may not see." })
  school(@Root() membership: SchoolMembership, @Ctx() { loaders }: PeopleContext): Promise<School | null> {
    return loaders.school.load(membership.schoolId);
  }
}
