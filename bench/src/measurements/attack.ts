import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Figure, round } from "../figure.ts";
import type { Asked, Asking } from "../gateway/attack-child.ts";
import { type Attack, attacks } from "../gateway/attacks.ts";
import { startContender } from "../gateway/contenders.ts";
import { composedSupergraph } from "../gateway/graph.ts";
import { LOAD_CORE, PinnedProcess } from "../gateway/pinned-process.ts";
import { workloads } from "../gateway/workloads.ts";
import type { Measurement } from "../measurement.ts";
import { temporaryFolder } from "../started-platform.ts";

const MEASURED_MS = 4_000;
const WARM_UP_MS = 2_000;
const EVERY_MS = 5;
const AIM = { op: "<=", value: 50 } as const;

/**
 * What one client's attacks do to another: the gateway on a core of its own, a client that sends one kind of attack as fast
 * as it is refused, each text anew, and a client that asks a small query 200 times a second.
 */
export const attack: Measurement = {
  about: "how fast operations that would do harm are refused, and what others feel of it",
  async take(say) {
    await using folder = await temporaryFolder();
    await using running = new AsyncDisposableStack();
    const child = (file: string) => {
      const started = new PinnedProcess(file, LOAD_CORE, [join(import.meta.dirname, "..", "gateway", file)]);
      running.defer(() => started.stop());
      return started;
    };
    const supergraph = join(folder.path, "supergraph.graphql");
    await writeFile(supergraph, composedSupergraph(await child("subgraphs-child.js").message()));
    const { url, process: gateway } = await startContender("ours", supergraph);
    running.defer(() => gateway.stop());
    const [attacker, other] = [child("attack-child.js"), child("attack-child.js")];

    const question = { body: workloads.find(({ name }) => name === "small")?.body ?? "", everyMs: EVERY_MS };
    await told(other, { url, forMs: WARM_UP_MS, question });
    const alone = await told(other, { url, forMs: MEASURED_MS, question });
    say(`nobody else: p99 ${round(p99(alone))} ms`);
    const figures: Figure[] = [{ name: "attack.none.other-p99", value: round(p99(alone)), unit: "ms" }];
    const details: Record<string, unknown> = { none: summary(alone) };
    for (const one of attacks) {
      await told(attacker, { url, forMs: MEASURED_MS / 10, attack: one.name });
      const [refused, answered] = await Promise.all([
        told(attacker, { url, forMs: MEASURED_MS, attack: one.name }),
        told(other, { url, forMs: MEASURED_MS, question }),
      ]);
      assertAnswers(one, refused, answered);
      const [ofRefusals, ofOthers] = [round(p99(refused)), round(p99(answered))];
      say(`${one.name}: ${refused.latencies.length} refused, p99 ${ofRefusals} ms; other p99 ${ofOthers} ms`);
      details[one.name] = { refused: summary(refused), other: summary(answered) };
      figures.push(
        { name: `attack.${one.name}.refused-p99`, value: ofRefusals, unit: "ms", aim: AIM },
        { name: `attack.${one.name}.other-p99`, value: ofOthers, unit: "ms", aim: AIM },
      );
    }
    return { figures, details };
  },
};

async function told(client: PinnedProcess, asking: Asking): Promise<Asked> {
  client.child.send(asking);
  return client.message<Asked>();
}

/** A gateway that answers something else is not measured. */
function assertAnswers({ name, code, status = 400 }: Attack, refused: Asked, others: Asked): void {
  const answers = Object.keys(refused.answers);
  if (answers.join() !== `${status} ${code}`)
    throw new Error(`${name} was answered ${answers}, not ${status} ${code}.`);
  if (Object.keys(others.answers).join() !== "200")
    throw new Error(`Others were answered ${Object.keys(others.answers)}.`);
}

function summary(asked: Asked) {
  return {
    answers: asked.answers,
    p50Ms: percentile(asked, 0.5),
    p99Ms: p99(asked),
    mostMs: Math.max(...asked.latencies),
  };
}

const p99 = (asked: Asked): number => percentile(asked, 0.99);

function percentile({ latencies }: Asked, share: number): number {
  const sorted = [...latencies].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error("There is no percentile of nothing.");
  return value;
}
