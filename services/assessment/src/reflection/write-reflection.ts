import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { StaleVersion, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { Field, ID, InputType, Int } from "type-graphql";
import { participantOfSchool } from "../assessment/assessment.policy.ts";
import { reflectionsAreOpen } from "../assessment/assessment.rules.ts";
import { lockAssessment } from "../assessment/lock-assessment.ts";
import { frameworkOf } from "../framework/frameworks.rules.ts";
import { assertCriterion, ReflectionsClosed, reflectionText } from "./reflection.rules.ts";
import { Reflection, ReflectionVersion } from "./reflection.ts";

@InputType({ description: "A new or changed reflection." })
export class WriteReflectionInput {
  @Field(() => ID, { description: "The school's enrolment." })
  enrolmentId!: string;

  @Field(() => String, { description: "The code of the criterion, e.g. `SL-A`." })
  criterion!: string;

  @Field(() => String, { description: "The whole text, at most 10,000 characters." })
  text!: string;

  @Field(() => Int, { description: "The version that this changes; 0 for the first text of a criterion." })
  version!: number;
}

/**
 * Writes what the school says about one criterion. Any criterion of the framework may be written about, whatever the
 * target mark: the target may still be raised to Outreach.
 * @throws StaleVersion with the current text when somebody else has changed it meanwhile
 * @throws ReflectionsClosed after sign-off
 */
export function writeReflection(caller: Caller, input: WriteReflectionInput): Promise<Reflection> {
  const { enrolmentId, criterion } = input;
  return transact(caller, "writeReflection", enrolmentId, async (tx) => {
    const assessment = await lockAssessment(tx, enrolmentId);
    requireAllowed(participantOfSchool, tx.viewer, assessment, "Writing reflections");
    if (!reflectionsAreOpen(assessment.state)) throw new ReflectionsClosed();
    assertCriterion(frameworkOf(assessment.framework), criterion);
    const text = reflectionText(input.text);
    const current = await tx.em.findOne(Reflection, { assessmentId: assessment.id, criterion }, { refresh: true });
    assertCurrent(input.version, criterion, current);
    return save(tx, current, { assessmentId: assessment.id, criterion, text });
  });
}

function assertCurrent(version: number, criterion: string, current: Reflection | null): void {
  const currentVersion = current?.version ?? 0;
  if (version === currentVersion) return;
  throw new StaleVersion(version, {
    version: currentVersion,
    criterion,
    id: current?.id ?? null,
    text: current?.text ?? "",
    updatedAt: current?.updatedAt.toISOString() ?? null,
  });
}

function save(
  { em, viewer, now }: Transaction,
  current: Reflection | null,
  { assessmentId, criterion, text }: { assessmentId: string; criterion: string; text: string },
): Reflection {
  if (viewer.personId === null) throw new Unauthenticated();
  const change = { text, version: (current?.version ?? 0) + 1, updatedAt: now, updatedById: viewer.personId };
  const reflection = current
    ? em.assign(current, change)
    : em.create(Reflection, { id: newId("ref"), assessmentId, criterion, ...change });
  em.create(ReflectionVersion, {
    reflectionId: reflection.id,
    version: change.version,
    text,
    writtenAt: now,
    writtenById: viewer.personId,
  });
  return reflection;
}
