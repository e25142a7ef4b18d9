import { commandOfPeople } from "./command-of-people.ts";

/** `npm run import-schools -- FILE [--data-dir FOLDER]` */
await commandOfPeople(() => import("@psqm/people/commands/import-schools"));
