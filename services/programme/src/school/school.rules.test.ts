import { expect, test } from "@jest/globals";
import { assertOpen, SchoolClosed } from "./school.rules.ts";

/** The statuses that people tells, and one that it may tell one day. */
test.each([
  ["OPEN", true],
  ["PROPOSED_TO_CLOSE", true],
  ["CLOSED", false],
  ["PROPOSED_TO_OPEN", false],
  ["SOMETHING_NEW", false],
])('a school that the register calls "%s" may register: %s', (status, open) => {
  const attempt = () => assertOpen({ name: "Wolds Edge Primary School", status });
  if (open) expect(attempt).not.toThrow();
  else expect(attempt).toThrow(SchoolClosed);
});
