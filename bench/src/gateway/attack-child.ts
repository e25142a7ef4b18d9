import { attacks } from "./attacks.ts";

/** What a client does for a while: an attack as fast as it is refused, or a question of its own every so often. */
export interface Asking {
  url: string;
  forMs: number;
  attack?: string;
  question?: { body: string; everyMs: number };
}

export interface Asked {
  latencies: number[];
  /** How many answers of each status and, when it is no 200, code of the error. */
  answers: Record<string, number>;
}

async function ask({ url, forMs, attack, question }: Asking): Promise<Asked> {
  const asked: Asked = { latencies: [], answers: {} };
  const until = performance.now() + forMs;
  const bodyOf = attacks.find(({ name }) => name === attack)?.bodyOf;
  const headers = { "content-type": "application/json" };
  const send = async (body: string) => {
    const began = performance.now();
    const answer = await fetch(url, { method: "POST", headers, body });
    const text = await answer.text();
    asked.latencies.push(performance.now() - began);
    const said = answer.status === 200 ? "200" : `${answer.status} ${JSON.parse(text).errors?.[0]?.extensions?.code}`;
    asked.answers[said] = (asked.answers[said] ?? 0) + 1;
  };
  if (bodyOf) {
    for (let number = 0; performance.now() < until; number++) await send(bodyOf(number));
  }
  if (question) {
    const underWay: Promise<void>[] = [];
    for (let next = performance.now(); next < until; next += question.everyMs) {
      const wait = next - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      underWay.push(send(question.body));
    }
    await Promise.all(underWay);
  }
  return asked;
}

process.on("message", (asking: Asking) => {
  void ask(asking).then((asked) => process.send?.(asked));
});
