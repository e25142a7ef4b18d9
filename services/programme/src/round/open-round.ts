import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { type CalendarPattern, calendar, notifiesOn, startsOn, submissionDueOn } from "../calendar/calendar.rules.ts";
import { mayBePinned, rulesInForce } from "../rule-version/rule-version.rules.ts";
import { type DeliveryModel, DeliveryModelNotInForce, versionOfModel } from "../session/delivery-model.rules.ts";
import { roundOpened } from "./round.events.ts";
import { assertRoundInput, RoundNumberTaken, RoundState } from "./round.rules.ts";
import { Round } from "./round.ts";

/**
 * Opens a round for registration and pins the rules in force on the day that it begins.
 * @throws BadInput for a number or year that no round can have
 * @param input.deliveryModel the first one in force if left out
 * @throws DeliveryModelNotInForce
 * @throws RoundNumberTaken
 */
export async function openRound(
  caller: Caller,
  input: { number: number; pattern: CalendarPattern; year: number; deliveryModel?: DeliveryModel | null },
): Promise<Round> {
  assertRoundInput(input);
  const { number, pattern, year } = input;
  const milestones = calendar(pattern, year);
  const dates = {
    startsOn: startsOn(milestones),
    submissionDueOn: submissionDueOn(milestones),
    notifiesOn: notifiesOn(milestones),
  };
  const rules = { ...rulesInForce(dates.startsOn) };
  if (input.deliveryModel) rules.deliveryModel = versionInForce(input.deliveryModel, dates.startsOn);
  const id = newId("rnd");
  try {
    return await transact(caller, "openRound", id, async (tx) => {
      tx.emit(roundOpened, id, { roundId: id, number, pattern, ...dates, rules });
      return tx.em.create(Round, {
        id,
        number,
        pattern,
        year,
        state: RoundState.Open,
        ...dates,
        pinned: rules,
        moved: [],
        openedAt: tx.now,
      });
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new RoundNumberTaken(number);
    throw error;
  }
}

function versionInForce(model: DeliveryModel, day: Day): string {
  const version = versionOfModel[model];
  if (!mayBePinned("deliveryModel", version, day)) throw new DeliveryModelNotInForce(model, day);
  return version;
}
