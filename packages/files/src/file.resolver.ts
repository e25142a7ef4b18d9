import type { Context } from "@psqm/subgraph/context";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { FileState } from "./file.rules.ts";
import { StoredFile } from "./file.ts";
import type { Files } from "./files.ts";

/** For services whose resources have `files`. */
@Resolver(() => StoredFile)
export class FileResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The path at this graph's address under which you read it for a quarter of an hour, without signing in and as long as you may see it; null until it is clean.",
  })
  async downloadPath(
    @Root() { id, state }: StoredFile,
    @Ctx() { viewer, resources }: Context<unknown, { files: Files }>,
  ): Promise<string | null> {
    if (state !== FileState.Clean || viewer.personId === null) return null;
    return (await resources.files.links.make("get", { fileId: id, personId: viewer.personId })).path;
  }
}
