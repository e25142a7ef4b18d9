import { askUpload } from "@psqm/files/ask-upload";
import { confirmUpload } from "@psqm/files/confirm-upload";
import { StoredFile, Upload } from "@psqm/files/file";
import { Policed, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from "type-graphql";
import { conversationMembers, conversationRoles } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { Message } from "../message/message.ts";
import { TranscriptLine } from "../safety/access.ts";
import { assertThawed } from "../safety/safety.rules.ts";

@InputType({ description: "A file that you are about to put, to send it with a message." })
export class UploadMessageFileInput {
  @Field(() => ID, { description: "The conversation that the message will go to." })
  conversationId!: string;

  @Field(() => String, { description: "Its name, with its ending: 1 to 200 characters, without folders." })
  name!: string;

  @Field(() => Int, { description: "How large it is, in bytes: 25 MB (26214400) at most." })
  bytes!: number;

  @Field(() => String, { description: "The SHA-256 of its content, in hexadecimal." })
  sha256!: string;
}

@Resolver(() => Message)
export class MessageFileResolver {
  @FieldResolver(() => [StoredFile], { description: "The files that go with it; none once it was deleted." })
  files(@Root() { id, deletedAt }: Message, @Ctx() { loaders }: MessagingContext): Promise<StoredFile[]> | [] {
    return deletedAt ? [] : loaders.files.load(id);
  }

  @Policed(conversationRoles)
  @Mutation(() => Upload, {
    description:
      "Room for a file: PUT it under `putPath` within a quarter of an hour, call `confirmMessageFile`, and send its id with a message within a day.",
  })
  async uploadMessageFile(
    @Arg("input", () => UploadMessageFileInput, { description: "What you are about to put." })
    { conversationId, name, bytes, sha256 }: UploadMessageFileInput,
    @Ctx() context: MessagingContext,
  ): Promise<Upload> {
    const { loaders, viewer, resources } = context;
    const found = await loaders.conversation.load(conversationId);
    assertThawed(requireSeen(conversationMembers, viewer, found, "conversation", conversationId));
    return askUpload(context, resources.files, { subject: conversationId, name, bytes, sha256 });
  }

  @Policed(conversationRoles)
  @Mutation(() => StoredFile, {
    description: "Says that all of a file was put: it is scanned, and can be sent once it is clean.",
  })
  confirmMessageFile(
    @Arg("fileId", () => ID, { description: "The file's id." }) fileId: string,
    @Ctx() context: MessagingContext,
  ): Promise<StoredFile> {
    return confirmUpload(context, context.resources.files, fileId);
  }
}

@Resolver(() => TranscriptLine)
export class TranscriptFileResolver {
  @FieldResolver(() => [StoredFile], { description: "The files that went with it, also if it was deleted." })
  files(@Root() { messageId }: TranscriptLine, @Ctx() { loaders }: MessagingContext): Promise<StoredFile[]> {
    return loaders.files.load(messageId);
  }
}
