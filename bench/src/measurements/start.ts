import { type Figure, median, round } from "../figure.ts";
import type { Measurement } from "../measurement.ts";
import { startPlatform, temporaryFolder } from "../started-platform.ts";

const warmRounds = 3;

/** From typing `npm start` to ready, packages installed: on a new data folder, and again on the same one. */
export const start: Measurement = {
  about: "time from npm start to ready",
  async take(say) {
    await using folder = await temporaryFolder();
    const timed = async (words: string) => {
      const platform = await startPlatform(folder.path);
      await platform.stop();
      say(`${words}: ${platform.seconds.toFixed(2)} s`);
      return platform.seconds;
    };
    const cold = await timed("cold data (first start: database, tables, demonstration year)");
    const warm: number[] = [];
    for (let turn = 1; turn <= warmRounds; turn += 1) warm.push(await timed(`warm data, ${turn} of ${warmRounds}`));
    const figures: Figure[] = [
      { name: "start.ready-cold", value: round(cold), unit: "s" },
      { name: "start.ready-warm", value: round(median(warm)), unit: "s", aim: { op: "<=", value: 5 } },
    ];
    return { figures, details: { cold, warm } };
  },
};
