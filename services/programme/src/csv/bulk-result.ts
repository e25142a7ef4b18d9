import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, Int, ObjectType } from "type-graphql";
import type { RowOutcome } from "./read-csv.ts";

@Policed(partOfParent)
@ObjectType("BulkRow", { simpleResolvers: true, description: "What became of one row of a file." })
export class BulkRow implements RowOutcome {
  @Field(() => Int, { description: "Its line in the file; the header is line 1." })
  line!: number;

  @Field(() => String, { nullable: true, description: "The code of the refusal; null when it was not refused." })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "Why it was refused, and the way on; null when it was not." })
  message!: string | null;
}

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "What became of a file, row by row." })
export class BulkResult {
  @Field(() => Boolean, { description: "Whether this only says what would become of it, and nothing was changed." })
  dryRun!: boolean;

  @Field(() => Int, { description: "How many rows are done, or would be. What is refused does not hold them up." })
  done!: number;

  @Field(() => Int, { description: "How many rows are refused, and why is said with each." })
  refused!: number;

  @Field(() => [BulkRow], { description: "Every row, in the order of the file." })
  rows!: RowOutcome[];
}

export function bulkResult(dryRun: boolean, rows: RowOutcome[]): BulkResult {
  const refused = rows.filter(({ code }) => code !== null).length;
  return { dryRun, done: rows.length - refused, refused, rows };
}
