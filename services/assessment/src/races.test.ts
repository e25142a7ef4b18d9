import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { LockMode } from "@mikro-orm/core";
import { startTestSubgraph, type TestSubgraph } from "@psqm/testing/test-subgraph";
import { until } from "@psqm/testing/until";
import { agreeTargetMark } from "./assessment/agree-target-mark.ts";
import { Assessment } from "./assessment/assessment.ts";
import { proposeTargetMark } from "./assessment/propose-target-mark.ts";
import { decideAward } from "./award/decide-award.ts";
import { Mark } from "./framework/framework.rules.ts";
import { writeReflection } from "./reflection/write-reflection.ts";
import { completeReview } from "./review/complete-review.ts";
import { assessment } from "./service.ts";
import { submit } from "./submission/submit.ts";
import { confirmedSchool, type ThinYear, yearUntil } from "./testing/thin-year.ts";

let service: TestSubgraph;
beforeAll(async () => {
  service = await startTestSubgraph(assessment);
});
afterAll(() => service.close());

/** Holds the assessment until all attempts are queued behind it, in order, so that they truly overlap. */
async function collide({ enrolmentId }: ThinYear, attempts: (() => Promise<unknown>)[]): Promise<string[]> {
  const holder = service.database.em.fork();
  const queued: Promise<string>[] = [];
  await holder.transactional(async (tx) => {
    await tx.findOneOrFail(Assessment, { enrolmentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    for (const attempt of attempts) {
      queued.push(
        attempt().then(
          () => "done",
          (error: { code?: string }) => error.code ?? String(error),
        ),
      );
      await until("the attempt waits for the lock", async () => (await waiting()) === queued.length);
    }
  });
  return Promise.all(queued);
}

async function waiting(): Promise<number> {
  const [row] = await service.database.em.fork().execute<{ waiting: number }[]>(
    `select count(*)::int as waiting from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like '%for update%'`,
  );
  return row?.waiting ?? 0;
}

test("of two first texts for one criterion one is kept and the other writer is shown it", async () => {
  const year = await confirmedSchool(service);
  const write = (viewer: typeof year.sam, text: string) => () =>
    writeReflection(service.caller(viewer), { enrolmentId: year.enrolmentId, criterion: "SL-A", text, version: 0 });
  expect(await collide(year, [write(year.sam, "sam's"), write(year.tess, "tess's")])).toEqual([
    "done",
    "STALE_VERSION",
  ]);
});

test("of two submits one wins, and one submission is told", async () => {
  const year = await yearUntil(service, "signedOff");
  const attempt = () => submit(service.caller(year.sam), year.enrolmentId);
  expect(await collide(year, [attempt, attempt])).toEqual(["done", "ILLEGAL_TRANSITION"]);
  const told = await service.emitted("submission.submitted");
  expect(told.filter(({ aggregate }) => aggregate === year.enrolmentId)).toHaveLength(1);
});

test("a hub leader never agrees to a mark that was changed under their eyes", async () => {
  const year = await yearUntil(service, "proposed", Mark.Psqm);
  const { enrolmentId, sam, lena } = year;
  const outcome = await collide(year, [
    () => proposeTargetMark(service.caller(sam), { enrolmentId, mark: Mark.Outreach }),
    () => agreeTargetMark(service.caller(lena), { enrolmentId, mark: Mark.Psqm }),
  ]);
  expect(outcome).toEqual(["done", "MARK_NOT_PROPOSED"]);
});

test("a review given twice at once is paid once", async () => {
  const year = await yearUntil(service, "assigned");
  const { rafael, submissionId } = year;
  const attempt = () =>
    completeReview(service.caller(rafael), { submissionId, recommendation: Mark.Gilt, comment: "Good." });
  expect(await collide(year, [attempt, attempt])).toEqual(["done", "REVIEW_ALREADY_COMPLETED"]);
  const told = await service.emitted("review.completed");
  expect(told.filter(({ aggregate }) => aggregate === year.enrolmentId)).toHaveLength(1);
});

test("of two decisions at once one is made", async () => {
  const year = await yearUntil(service, "reviewed");
  const { hq, submissionId } = year;
  const decide = (mark: Mark | null) => () =>
    decideAward(service.caller(hq), { submissionId, mark, feedback: "Decided." });
  expect(await collide(year, [decide(Mark.Gilt), decide(null)])).toEqual(["done", "ILLEGAL_TRANSITION"]);
});
