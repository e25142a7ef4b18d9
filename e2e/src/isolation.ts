import { setTimeout as delay } from "node:timers/promises";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from "graphql";
import { everyQuestion, type Question } from "./everything-one-may-ask.ts";
import type { Answer, GraphClient } from "./graph-client.ts";

const DEEPEST = 4;
const SUBSCRIPTION_PATIENCE_MS = 500;
/**
 * Puts every id of another school into every question there is. The answer must be the one that an id which does not
 * exist gets, and no list may hold any of them, the public ones and what they lead to included.
 * @returns one line for every difference; empty when nothing shows
 */
export async function tracesOf(somebody: GraphClient, foreignIds: Readonly<Record<string, string>>): Promise<string[]> {
  const schema = buildClientSchema((await somebody.get(getIntrospectionQuery())) as IntrospectionQuery);
  const traces: string[] = [];
  for (const question of everyQuestion(schema)) {
    const ask = (id?: string) => askDeeply(somebody, question, id ? { id } : {});
    if (question.idArgument === null) {
      const answer = JSON.stringify(await ask());
      for (const [name, id] of Object.entries(foreignIds)) {
        if (answer.includes(id)) traces.push(`${question.field} shows the ${name} ${id}`);
      }
      continue;
    }
    for (const [name, id] of Object.entries(foreignIds)) {
      const nowhere = sibling(id);
      const [theirs, nothing] = [JSON.stringify(await ask(id)), JSON.stringify(await ask(nowhere))];
      if (theirs.replaceAll(id, "ID") !== nothing.replaceAll(nowhere, "ID")) {
        traces.push(
          `${question.field}(${question.idArgument}: ${name}) gives ${theirs.slice(0, 300)}, nothing gives ${nothing.slice(0, 300)}`,
        );
      }
    }
  }
  return traces;
}

/** Asks for as much as the gateway takes at once, and for the ids alone of every level. */
async function askDeeply(
  somebody: GraphClient,
  question: Question,
  variables: Record<string, unknown>,
): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let depth = DEEPEST; depth > 0 && answers.length === 0; depth -= 1) {
    const answer = await askOnce(somebody, question, question.document(depth), variables);
    if (answer !== TOO_MUCH) answers.push(answer);
  }
  if (answers.length === 0) throw new Error(`${question.field} is too complex to ask at all.`);
  if (question.kind === "subscription") return answers;
  for (let depth = DEEPEST; depth >= 0; depth -= 1) {
    answers.push(await askOnce(somebody, question, question.document(depth, true), variables));
  }
  return answers;
}

const TOO_MUCH = "too much at once";

async function askOnce(
  somebody: GraphClient,
  { kind }: Question,
  document: string,
  variables: Record<string, unknown>,
): Promise<unknown> {
  const answer =
    kind === "query" ? await somebody.ask(document, variables) : await firstOf(somebody, document, variables);
  const text = JSON.stringify(answer);
  // A question that nobody could ask would find nothing wherever it looked.
  if (text.includes("GRAPHQL_VALIDATION_FAILED")) throw new Error(`${document}\n${text}`);
  return text.includes("QUERY_TOO_") ? TOO_MUCH : answer;
}

/** An id of the same kind and shape that nobody has. */
function sibling(id: string): string {
  const last = id.at(-1) === "0" ? "1" : "0";
  return `${id.slice(0, -8)}${"0".repeat(7)}${last}`;
}

async function firstOf(
  somebody: GraphClient,
  document: string,
  variables: Record<string, unknown>,
): Promise<Answer | string> {
  const events = somebody.subscribe(document, variables);
  try {
    const first = events.next().then(
      ({ value }) => (value ?? "ended") as Answer | string,
      (error: unknown) => JSON.stringify(error),
    );
    return await Promise.race([first, delay(SUBSCRIPTION_PATIENCE_MS, "silence")]);
  } finally {
    await events.return?.();
  }
}
