import { demoPeople } from "./demo/demo-people.ts";

export interface Ending {
  /** The gateway's address. */
  url: string;
  /** Where the data is. */
  data: string;
  /** Whether the demonstration's people are there. */
  demonstration: boolean;
  log: string;
  /** Lines of whoever started it, e.g. about processes. */
  notes?: readonly string[];
}

/** What somebody needs who has never seen this: where it is, as whom to come in, and what to say first. */
export function ending({ url, data, log, demonstration, notes = [] }: Ending): string {
  const address = url.replace("127.0.0.1", "localhost");
  const width = Math.max(...Object.values(demoPeople).map(({ email }) => email.length));
  const people = Object.values(demoPeople).map(({ email, role }) => `    ${email.padEnd(width)}  ${role}`);
  const lines = [
    "",
    "PSQM Graph is ready.",
    "",
    `  Explorer (GraphiQL)   ${address}/`,
    `  Graph                 ${address}/graphql   (HTTP and WebSocket)`,
    `  Partners' graph       ${address}/partner/graphql   (a key: npm run partner-key)`,
    `  Data                  ${data}`,
    `  Log                   ${log}`,
    ...notes.map((note) => `  ${note}`),
    "",
  ];
  if (demonstration) {
    lines.push(
      "  People of the demonstration (invented; anybody may sign in as any of them):",
      ...people,
      "",
      "  Sign in as one:",
      `    TOKEN=$(curl -s ${address}/auth/demo-token -H 'content-type: application/json' \\`,
      `      -d '{"email":"${demoPeople.sam.email}"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
      "",
      "  And ask:",
      `    curl -s ${address}/graphql -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\`,
      `      -d '{"query":"{ viewer { person { name } roles schools { school { name enrolments { state hub { name } } } } } }"}'`,
      "",
      "  The same in the explorer, without signing in by hand:",
      "    { hubs(first: 5) { nodes { name area } } awards(first: 5) { nodes { schoolName mark validUntil } } }",
      "",
    );
  }
  lines.push("  Ctrl-C stops everything; nothing is lost.", "");
  return lines.join("\n");
}
