import type { FilterQuery } from "@mikro-orm/core";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import { Policed } from "@psqm/subgraph/policy";
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../loaders.ts";
import { Person } from "../person/person.ts";
import { programmeTeam } from "../role/role.policy.ts";
import { School } from "../school/school.ts";
import { approveRegisterChanges } from "./approve-register-changes.ts";
import { differencesOf, RegisterChangeKind } from "./register-change.rules.ts";
import { RegisterChange, RegisterChangeCount, RegisterDifference } from "./register-change.ts";
import { RegisterImport } from "./register-import.ts";
import { rejectRegisterImport } from "./reject-register-import.ts";

const RegisterImportConnection = connectionOf<RegisterImport>("RegisterImport", () => RegisterImport);
const RegisterChangeConnection = connectionOf<RegisterChange>("RegisterChange", () => RegisterChange);

@ArgsType()
class RegisterChangesArgs extends PageArgs {
  @Field(() => RegisterChangeKind, { nullable: true, description: "Only those of this kind." })
  kind?: RegisterChangeKind | null;
}

@Resolver(() => RegisterImport)
export class RegisterImportResolver {
  @Policed(programmeTeam)
  @Query(() => RegisterImportConnection, {
    description: "The extracts of the register that were read, the latest first.",
  })
  registerImports(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: PeopleContext) {
    return paginate(em, RegisterImport, {}, page, { stagedAt: "desc", id: "desc" });
  }

  @Policed(programmeTeam)
  @Query(() => RegisterImport, {
    nullable: true,
    description: "One extract of the register with what it would change.",
  })
  registerImport(
    @Arg("id", () => ID, { description: "Which." }) id: string,
    @Ctx() { em }: PeopleContext,
  ): Promise<RegisterImport | null> {
    return em.findOne(RegisterImport, { id });
  }

  @Policed(programmeTeam)
  @Mutation(() => RegisterImport, {
    description:
      "Puts changes of an extract into force, in one go; those of other kinds wait for another approval. Refusals: REGISTER_IMPORT_DECIDED, REGISTER_MOVED_ON, SUCCESSOR_PENDING, NOT_FOUND.",
  })
  approveRegisterChanges(
    @Arg("importId", () => ID, { description: "Of which extract." }) importId: string,
    @Arg("kinds", () => [RegisterChangeKind], { nullable: true, description: "Of which kinds; of all when left out." })
    kinds: RegisterChangeKind[] | null,
    @Ctx() context: PeopleContext,
  ): Promise<RegisterImport> {
    return approveRegisterChanges(context, { importId, kinds: kinds ?? null });
  }

  @Policed(programmeTeam)
  @Mutation(() => RegisterImport, {
    description:
      "Settles that what was not approved of an extract never will be. Refusals: REGISTER_IMPORT_DECIDED, NOT_FOUND.",
  })
  rejectRegisterImport(
    @Arg("importId", () => ID, { description: "Which extract." }) importId: string,
    @Ctx() context: PeopleContext,
  ): Promise<RegisterImport> {
    return rejectRegisterImport(context, importId);
  }

  @FieldResolver(() => [RegisterChangeCount], { description: "How many changes there are of each kind that has any." })
  counts(@Root() { id }: RegisterImport, @Ctx() { loaders }: PeopleContext): Promise<RegisterChangeCount[]> {
    return loaders.countsOfRegisterImport.load(id);
  }

  @FieldResolver(() => RegisterChangeConnection, { description: "What would change or did, in order of URN." })
  changes(
    @Root() { id }: RegisterImport,
    @Args(() => RegisterChangesArgs) { kind, ...page }: RegisterChangesArgs,
    @Ctx() { em }: PeopleContext,
  ) {
    const where: FilterQuery<RegisterChange> = { importId: id, ...(kind && { kind }) };
    return paginate(em, RegisterChange, where, page, { urn: "asc" });
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who had it read; null for a command of the platform." })
  stagedBy(@Root() { stagedById }: RegisterImport, @Ctx() { loaders }: PeopleContext): Promise<Person | null> | null {
    return stagedById === null ? null : loaders.person.load(stagedById);
  }

  @FieldResolver(() => Person, { nullable: true, description: "Who last approved or rejected changes of it." })
  decidedBy(@Root() { decidedById }: RegisterImport, @Ctx() { loaders }: PeopleContext): Promise<Person | null> | null {
    return decidedById === null ? null : loaders.person.load(decidedById);
  }
}

@Resolver(() => RegisterChange)
export class RegisterChangeResolver {
  @FieldResolver(() => School, { nullable: true, description: "The school; null for one that is not known yet." })
  school(@Root() { schoolId }: RegisterChange, @Ctx() { loaders }: PeopleContext): Promise<School | null> | null {
    return schoolId === null ? null : loaders.school.load(schoolId);
  }

  @FieldResolver(() => [RegisterDifference], { description: "Every fact that differs, in order of its name." })
  differences(@Root() { entry, known }: RegisterChange): RegisterDifference[] {
    return differencesOf(entry, known);
  }
}
