import { commandOfPeople } from "./command-of-people.ts";

/** `npm run partner-key -- issue PARTNER [--data-dir FOLDER]` */
await commandOfPeople(() => import("@psqm/people/commands/partner-key"));
