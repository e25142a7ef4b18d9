import path from "node:path";
import type { AggregatedResult, Test, TestResult } from "@jest/reporters";

/**
 * Says nothing of what passes, everything of what fails, and ends with one line that a machine can add up. A file that
 * could not be run counts as one failure: none of its tests was heard.
 */
export default class QuietReporter {
  onTestResult(_: Test, { testFilePath, failureMessage }: TestResult): void {
    if (failureMessage) console.error(`${path.relative(process.cwd(), testFilePath)}\n${failureMessage}`);
  }

  onRunComplete(_: unknown, results: AggregatedResult): void {
    const skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    console.log(`${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  }
}
