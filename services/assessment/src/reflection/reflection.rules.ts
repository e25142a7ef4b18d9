import { BadInput, Refusal } from "@psqm/refusal/refusal";
import { criterionCodes, type FrameworkVersion } from "../framework/framework.rules.ts";

/** Some 1,500 words: three times what a reflection needs (ours). */
export const LONGEST_REFLECTION = 10_000;

export class ReflectionsClosed extends Refusal {
  constructor() {
    super(
      "REFLECTIONS_CLOSED",
      "The hub leader has signed off these reflections, so they can no longer be changed. Ask your hub leader.",
    );
  }
}

/** The text as it is kept, trimmed. @throws BadInput when nothing is left or it is too long */
export function reflectionText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw new BadInput("A reflection says something; this one is empty.");
  if (trimmed.length > LONGEST_REFLECTION) {
    throw new BadInput(`A reflection has at most ${LONGEST_REFLECTION} characters; this has ${trimmed.length}.`);
  }
  return trimmed;
}

/** @throws BadInput naming the framework's codes when this is none of them */
export function assertCriterion(framework: FrameworkVersion, criterion: string): void {
  const codes = criterionCodes(framework);
  if (!codes.includes(criterion)) {
    throw new BadInput(`"${criterion}" is no criterion of ${framework.version}. Its criteria are ${codes.join(", ")}.`);
  }
}
