import { type NationalYears, nationalId } from "@psqm/programme/testing/national-years";
import { type LeadersBoard, openBoards } from "../boards/open-boards.ts";
import { type Figure, median, round } from "../figure.ts";
import type { Measurement } from "../measurement.ts";

/** Ten times a national year: 6,000 schools and 600 hubs in the year that goes on, and nine such years before it. */
const whole: NationalYears = { schoolsPerYear: 6_000, hubs: 600, years: 10, lastYear: 2026 };
const tenth: NationalYears = { ...whole, schoolsPerYear: 600, hubs: 60 };

const ROUNDS = 5;
const REQUESTS = 60;
const WARM_UP = 40;

/** The board of one hub, ten schools, asked for through the gateway by its leader: the same board among ten times the data. */
export const boards: Measurement = {
  about: "a hub leader's board through the gateway, among 60,000 enrolments and among 6,000",
  async take(say) {
    await using large = await openBoards(whole, say);
    await using small = await openBoards(tenth, say);
    const contenders = { large, small };
    for (const one of [large, small]) await ask(one, WARM_UP);
    const taken: Record<keyof typeof contenders, number[]> = { large: [], small: [] };
    const ratios: number[] = [];
    for (let turn = 1; turn <= ROUNDS; turn += 1) {
      const medians: Partial<Record<keyof typeof contenders, number>> = {};
      for (const name of ["large", "small"] as const) {
        const times = await ask(contenders[name], REQUESTS);
        taken[name].push(...times);
        medians[name] = median(times);
      }
      ratios.push((medians.large ?? 0) / (medians.small ?? 1));
      say(
        `${turn} of ${ROUNDS}: ${round(medians.large ?? 0, 1)} ms among all, ${round(medians.small ?? 0, 1)} ms among a tenth`,
      );
    }
    const statements = { large: await statementsOf(large), small: await statementsOf(small) };
    const figures: Figure[] = [
      { name: "boards.hub-p50", value: round(median(taken.large), 1), unit: "ms" },
      { name: "boards.hub-p99", value: round(percentile(taken.large, 0.99), 1), unit: "ms" },
      { name: "boards.hub-p50-of-a-tenth", value: round(median(taken.small), 1), unit: "ms" },
      { name: "boards.hub-ratio", value: round(median(ratios)), unit: "ratio", aim: { op: "<=", value: 1.3 } },
      { name: "boards.hub-statements", value: statements.large, unit: "SQL" },
      {
        name: "boards.hub-statements-more-than-of-a-tenth",
        value: statements.large - statements.small,
        unit: "SQL",
        aim: { op: "<=", value: 0 },
      },
    ];
    return { figures, details: { taken, ratios, statements } };
  },
};

/** Milliseconds of each request, one after the other, each for another hub; every answer is looked at. */
async function ask(board: LeadersBoard, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    const rows = await board.ask(1 + (n % board.leaders));
    taken.push(performance.now() - began);
    if (rows !== 10) throw new Error(`The board of ${nationalId.hub(1 + n)} has ${rows} schools, not 10.`);
  }
  return taken;
}

async function statementsOf(board: LeadersBoard): Promise<number> {
  board.statements.length = 0;
  await board.ask(1);
  return board.statements.length;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
