import { IllegalTransition } from "./refusal.ts";

/** A state machine as a table: every state with those that may follow it. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/** Passes when the table lets `from` become `to`; otherwise throws {@link IllegalTransition} naming what may follow. */
export function assertTransition<State extends string>(
  kind: string,
  transitions: Transitions<State>,
  from: State,
  to: State,
): void {
  if (!transitions[from].includes(to)) throw new IllegalTransition(kind, from, to, transitions[from]);
}
