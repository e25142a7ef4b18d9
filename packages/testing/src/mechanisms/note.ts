import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { sqlMigration } from "@psqm/database/migration";
import { eventType } from "@psqm/events/event";
import { eventPositionsMigration, eventsMigration } from "@psqm/events/migration";
import { type Caller, transact } from "@psqm/events/transact";
import { hasRole, isMemberOf, Role, schoolIds, type Viewer } from "@psqm/identity/viewer";
import { BadInput, NotFound } from "@psqm/refusal/refusal";
import { connectionOf, PageArgs, paginate } from "@psqm/subgraph/connection";
import type { Context } from "@psqm/subgraph/context";
import { everyone, knownPerson, Policed, type Policy } from "@psqm/subgraph/policy";
import DataLoader from "dataloader";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";

/** The smallest service there can be: schools write notes. It exists to prove what every service relies on. */
const NoteSchema = defineEntity({
  name: "Note",
  tableName: "note",
  properties: { id: p.string().primary(), schoolId: p.string(), text: p.string() },
});

export const ofSchool: Policy<{ schoolId: string }> = {
  name: "of-school",
  who: "the school's people",
  allows: (viewer, note) => isMemberOf(viewer, note.schoolId),
};

const hq: Policy<unknown> = {
  name: "programme-team",
  who: "the programme team",
  allows: (viewer) => hasRole(viewer, Role.ProgrammeTeam),
};

@Policed(ofSchool)
@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true, description: "A note of a school." })
export class Note extends NoteSchema.class {
  @Field(() => ID, { description: "Its id." })
  declare id: string;

  @Field(() => ID, { description: "The school that wrote it." })
  declare schoolId: string;

  @Field(() => String, { description: "What it says." })
  declare text: string;

  @Policed(hq)
  @Field(() => String, { nullable: true, description: "For the programme team alone." })
  secret(): string {
    return "secret";
  }
}
NoteSchema.setClass(Note);

const NoteConnection = connectionOf<Note>("Note", () => Note);

export const noteWritten = eventType<{ noteId: string }>("note.written");

export function writeNote(caller: Caller, schoolId: string, text: string): Promise<Note> {
  const id = newId("not");
  return transact(caller, "writeNote", id, async (tx) => {
    if (!isMemberOf(tx.viewer, schoolId)) throw new NotFound("school", schoolId);
    if (text === "") throw new BadInput("A note says something; this one is empty.");
    if (text === "break") throw new Error("a fault with secrets in it");
    const note = tx.em.create(Note, { id, schoolId, text });
    tx.emit(noteWritten, id, { noteId: id });
    return note;
  });
}

const visible = (viewer: Viewer) => ({ schoolId: { $in: schoolIds(viewer) } });

@Resolver(() => Note)
export class NoteResolver {
  @Policed(knownPerson)
  @Query(() => NoteConnection, { description: "Notes of one's schools." })
  notes(@Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: Context) {
    return paginate(em, Note, visible(viewer), page, { id: "asc" });
  }

  @Policed(knownPerson)
  @Query(() => [Note], { description: "A list whose author forgot to scope it." })
  everybodysNotes(@Ctx() { em }: Context) {
    return em.find(Note, {});
  }

  @Policed(everyone)
  @Query(() => Note, { nullable: true, description: "One note." })
  note(@Arg("id", () => ID, { description: "Its id." }) id: string, @Ctx() { em }: Context) {
    return em.findOne(Note, { id });
  }

  @Policed(knownPerson)
  @Mutation(() => Note, { description: "Writes a note." })
  writeNote(
    @Arg("schoolId", () => ID, { description: "For which school." }) schoolId: string,
    @Arg("text", () => String, { description: "What it says." }) text: string,
    @Ctx() context: Context,
  ) {
    return writeNote(context, schoolId, text);
  }

  @Policed(knownPerson)
  @Subscription(() => Note, {
    description: "All notes there are, one by one.",
    subscribe: ({ context }: { context: Context }) => eachNote(context),
  })
  noteRead(@Root() note: Note): Note {
    return note;
  }
}

async function* eachNote({ em, viewer }: Context) {
  for (const note of await em.fork().find(Note, visible(viewer), { orderBy: { id: "asc" } })) yield note;
}

export const noteService = {
  name: "notes",
  port: 0,
  entities: [NoteSchema],
  migrations: [
    eventsMigration,
    eventPositionsMigration,
    sqlMigration("0001-note", "create table note (id text primary key, school_id text not null, text text not null)"),
  ],
  resolvers: [NoteResolver] as [typeof NoteResolver],
  references: {
    Note: ({ id }: { id: string }, { loaders }: Context<{ note: DataLoader<string, Note | null> }>) =>
      loaders.note.load(id),
  },
  loaders: ({ em }: Pick<Context, "em">) => ({
    note: new DataLoader<string, Note | null>(async (ids) => {
      const found = new Map((await em.find(Note, { id: { $in: [...ids] } })).map((note) => [note.id, note]));
      return ids.map((id) => found.get(id) ?? null);
    }),
  }),
  handlers: [],
};
