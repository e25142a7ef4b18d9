import { expect, test } from "@jest/globals";
import { assertOpen, SchoolClosed } from "./school.rules.ts";

/** The statuses of the DfE's register (DOMAIN 4). */
test.each([
  ["Open", true],
  ["Open, but proposed to close", true],
  ["Closed", false],
  ["Proposed to open", false],
  ["", false],
])('a school that the register calls "%s" may register: %s', (status, open) => {
  const attempt = () => assertOpen({ name: "Wolds Edge Primary School", status });
  if (open) expect(attempt).not.toThrow();
  else expect(attempt).toThrow(SchoolClosed);
});
