import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { Preferences } from "./preferences.ts";

/** Whether others see how far the caller has read, from now on and of what they have read before. */
export function showReading(caller: Caller, shown: boolean): Promise<Preferences> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "showReading", personId, ({ em }) =>
    em.upsert(Preferences, { personId, showsReading: shown }),
  );
}
