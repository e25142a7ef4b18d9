import type { Day } from "@psqm/clock/clock";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { noticeGiven } from "./notice.events.ts";
import { ownCircumstances } from "./notice.policy.ts";
import { noticeRoute, noticeSubject, noticeText } from "./notice.rules.ts";
import { Notice } from "./notice.ts";

export interface NoticeToGive {
  hubId: string | null;
  schoolId: string | null;
  text: string;
  effectiveOn: Day | null;
}

/**
 * A hub leader or subject leader tells of a change in their circumstances; it goes to those whom it concerns.
 * @throws BadInput for no text or too long a one, or unless it is about one hub or one school
 * @throws Forbidden unless the viewer leads the hub or is the school's subject leader
 */
export async function giveNotice(caller: Caller, input: NoticeToGive): Promise<Notice> {
  const id = newId("ntc");
  const text = noticeText(input.text);
  const about = noticeSubject(input.hubId, input.schoolId);
  return transact(caller, "giveNotice", id, async (tx) => {
    requireAllowed(ownCircumstances, tx.viewer, about, "Giving this notice");
    const { personId } = tx.viewer;
    if (personId === null) throw new Unauthenticated();
    const toHubId = noticeRoute(about, about.schoolId && (await hubSupporting(tx, about.schoolId)));
    const { effectiveOn } = input;
    tx.emit(noticeGiven, id, { noticeId: id, personId, ...about, toHubId, effectiveOn });
    return tx.em.create(Notice, { id, personId, ...about, toHubId, text, effectiveOn, givenAt: tx.now });
  });
}

/** The hub that supports the school now; of several enrolments the one that was confirmed last. */
async function hubSupporting(tx: Transaction, schoolId: string): Promise<string | null> {
  const [support] = await tx.em.execute<{ hub_id: string }[]>(
    "select hub_id from school_support where school_id = ? and ended_on is null order by confirmed_on desc, enrolment_id desc limit 1",
    [schoolId],
  );
  return support?.hub_id ?? null;
}
