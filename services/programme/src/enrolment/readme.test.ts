import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { EnrolmentState, enrolmentTransitions } from "./enrolment.rules.ts";

/** The table as a picture: `REGISTERED --> OFFERED`, one line for each step. */
function diagram(): string {
  const steps = Object.values(EnrolmentState).flatMap((from) =>
    enrolmentTransitions[from].map((to) => `  ${from} --> ${to}`),
  );
  return ["stateDiagram-v2", "  [*] --> INTERESTED", "  [*] --> REGISTERED", ...steps].join("\n");
}

test("the README draws the enrolment's states as the table has them", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const drawn = /```mermaid\n([\s\S]*?)\n```/.exec(readme)?.[1];
  expect(drawn).toBe(diagram());
});
