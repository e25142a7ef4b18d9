import { Refusal } from "@psqm/refusal/refusal";
import type { DataFolder } from "./data-folder.ts";

export class DatabaseStartFailed extends Refusal {
  constructor(folder: DataFolder, why: string) {
    super(
      "DATABASE_START_FAILED",
      `The embedded PostgreSQL did not start: ${why} (data folder ${folder.root}, log ${folder.log}). If the folder can go, start again with --fresh; otherwise choose another one with --data-dir FOLDER.`,
    );
  }
}
