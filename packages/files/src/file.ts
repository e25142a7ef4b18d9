import { defineEntity, type Opt, p } from "@mikro-orm/core";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Directive, Field, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { FileState } from "./file.rules.ts";

registerEnumType(FileState, {
  name: "FileState",
  description: "Where a file is on its way to whoever may read it.",
  valuesConfig: {
    Waiting: { description: "It was asked for and has not come yet." },
    Quarantined: { description: "It has come, and nobody reads it before it was scanned." },
    Clean: { description: "It was scanned and nothing was found." },
    Refused: { description: "Something harmful was found in it; its content was not kept." },
  },
});

export const StoredFileSchema = defineEntity({
  name: "StoredFile",
  tableName: "file",
  properties: {
    id: p.text().primary(),
    /** What it was asked for: an id of the owning service, such as a conversation's. */
    subject: p.text(),
    addedBy: p.text(),
    name: p.text(),
    announcedBytes: p.integer(),
    announcedSha256: p.text(),
    askedAt: p.datetime(3),
    state: p.text().$type<FileState>(),
    /** Of what is given out, from here on: null until it has come. */
    storageKey: p.text().nullable(),
    mediaType: p.text().nullable(),
    keptBytes: p.integer().nullable(),
    keptSha256: p.text().nullable(),
    confirmedAt: p.datetime(3).nullable(),
    /** What was found in it, by the scanner's name for it. */
    found: p.text().nullable(),
    /** What it was attached to, such as a message. */
    attachedTo: p.text().nullable(),
  },
});

@Policed(partOfParent)
@Directive("@shareable")
@ObjectType("File", { simpleResolvers: true, description: "A file that somebody has added to something." })
export class StoredFile extends StoredFileSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => String, { description: "Its name, as whoever added it calls it." })
  declare name: string;

  declare state: FileState;

  @Field(() => FileState, { name: "state", description: "Whether it can be read yet." })
  stateNow(): FileState {
    return this.state;
  }

  @Field(() => String, {
    nullable: true,
    description: "What it is, found from its content, such as image/jpeg; null until it has come.",
  })
  declare mediaType: Opt<string | null>;

  @Field(() => Int, { description: "How large it is, in bytes; once it has come, without what was taken out of it." })
  bytes(): number {
    return this.keptBytes ?? this.announcedBytes;
  }

  @Field(() => String, {
    description: "The SHA-256 of its content in hexadecimal; once it has come, without what was taken out of it.",
  })
  sha256(): string {
    return this.keptSha256 ?? this.announcedSha256;
  }

  @Field(() => GraphQLISODateTime, { name: "addedAt", description: "When it was added (UTC)." })
  declare askedAt: Date;
}
StoredFileSchema.setClass(StoredFile);

@Policed(partOfParent)
@Directive("@shareable")
@ObjectType({ simpleResolvers: true, description: "Room for one file: put it, then confirm it." })
export class Upload {
  @Field(() => StoredFile, { description: "The file, which has not come yet." })
  file: StoredFile;

  @Field(() => String, {
    description:
      "The path at this graph's address to which you PUT the content, once, without signing in: whoever has it may.",
  })
  putPath: string;

  @Field(() => GraphQLISODateTime, { description: "Until when it can be put (UTC)." })
  expiresAt: Date;

  constructor(file: StoredFile, putPath: string, expiresAt: Date) {
    this.file = file;
    this.putPath = putPath;
    this.expiresAt = expiresAt;
  }
}
