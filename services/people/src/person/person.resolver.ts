import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { knownPerson, Policed, scopedInSql } from "@psqm/subgraph/policy";
import { Arg, Args, Ctx, Field, FieldResolver, ID, InputType, Mutation, Query, Resolver, Root } from "type-graphql";
import { seesCandidacyOf } from "../candidacy/candidacy.policy.ts";
import { HubAppointment } from "../hub-appointment/hub-appointment.ts";
import type { PeopleContext } from "../loaders.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { Role } from "../role/role.ts";
import { SchoolMembership } from "../school-membership/school-membership.ts";
import { grantStaffRole } from "../staff-role/grant-staff-role.ts";
import { revokeStaffRole } from "../staff-role/revoke-staff-role.ts";
import { createPerson } from "./create-person.ts";
import { visiblePeople } from "./person.policy.ts";
import { Person } from "./person.ts";

const PersonConnection = connectionOf<Person>("Person", () => Person);

@InputType({ description: "Somebody new." })
class CreatePersonInput {
  @Field(() => String, { description: "The full name, 1 to 200 characters." })
  name!: string;

  @Field(() => String, {
    description: "The e-mail address they sign in with; nobody else may have it, in whatever case.",
  })
  email!: string;
}

@Resolver(() => Person)
export class PersonResolver {
  @Policed(knownPerson)
  @Query(() => Person, { nullable: true, description: "One person, if one may see them." })
  person(
    @Arg("id", () => ID, { description: "Whom." }) id: string,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<Person | null> {
    return loaders.person.load(id);
  }

  @Policed(knownPerson)
  @Query(() => PersonConnection, { description: "The people whom one may see, in order of name." })
  people(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: PeopleContext) {
    return paginate(em, Person, visiblePeople(viewer), page, { name: "asc", id: "asc" });
  }

  @Policed(programmeTeam)
  @Mutation(() => Person, { description: "Makes somebody known to the programme. Refusals: EMAIL_TAKEN." })
  createPerson(
    @Arg("input", () => CreatePersonInput, { description: "Who." }) input: CreatePersonInput,
    @Ctx() context: PeopleContext,
  ): Promise<Person> {
    return createPerson(context, input);
  }

  @Policed(programmeTeam)
  @Mutation(() => Person, { description: "Grants PROGRAMME_TEAM or FINANCE_OFFICER. Refusals: NOT_FOUND." })
  grantStaffRole(
    @Arg("personId", () => ID, { description: "To whom." }) personId: string,
    @Arg("role", () => Role, { description: "PROGRAMME_TEAM or FINANCE_OFFICER." }) role: Role,
    @Ctx() context: PeopleContext,
  ): Promise<Person> {
    return grantStaffRole(context, { personId, role });
  }

  @Policed(programmeTeam)
  @Mutation(() => Person, {
    description: "Takes PROGRAMME_TEAM or FINANCE_OFFICER away. Refusals: LAST_OF_PROGRAMME_TEAM, NOT_FOUND.",
  })
  revokeStaffRole(
    @Arg("personId", () => ID, { description: "From whom." }) personId: string,
    @Arg("role", () => Role, { description: "PROGRAMME_TEAM or FINANCE_OFFICER." }) role: Role,
    @Ctx() context: PeopleContext,
  ): Promise<Person> {
    return revokeStaffRole(context, { personId, role });
  }

  @Policed(
    scopedInSql("email-of-person", "the person, the programme's staff and the hub that supports the person's school"),
  )
  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The e-mail address; null unless it is one's own, or one is of the programme team or a finance officer, or one's hub supports a school that the person belongs to.",
  })
  email(@Root() person: Person, @Ctx() { loaders }: PeopleContext): Promise<string | null> {
    return loaders.email.load(person.id);
  }

  @FieldResolver(() => [Role], {
    description:
      "Every role the person holds now; that they are a candidate only they and the programme team are told.",
  })
  async roles(@Root() person: Person, @Ctx() { loaders, viewer }: PeopleContext): Promise<Role[]> {
    const roles = await loaders.rolesOfPerson.load(person.id);
    return seesCandidacyOf(viewer, person.id) ? roles : roles.filter((role) => role !== Role.Candidate);
  }

  @FieldResolver(() => [SchoolMembership], {
    description: "Their parts at schools, ended ones too, as far as one may see the schools; the oldest first.",
  })
  memberships(@Root() person: Person, @Ctx() { loaders }: PeopleContext): Promise<SchoolMembership[]> {
    return loaders.membershipsOfPerson.load(person.id);
  }

  @FieldResolver(() => [HubAppointment], { description: "Their parts in hubs, ended ones too; the oldest first." })
  appointments(@Root() person: Person, @Ctx() { loaders }: PeopleContext): Promise<HubAppointment[]> {
    return loaders.appointmentsOfPerson.load(person.id);
  }
}
