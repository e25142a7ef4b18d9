import { LockMode } from "@mikro-orm/core";
import { type Caller, transact } from "@psqm/events/transact";
import { Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { noticePolicy, noticeRecipient } from "./notice.policy.ts";
import { Notice, NoticeAcknowledgement } from "./notice.ts";

/**
 * Somebody whom a notice concerns says that they have read it; saying it again changes nothing.
 * @throws NotFound for a notice that the viewer may not see
 * @throws Forbidden for whoever gave it
 */
export function acknowledgeNotice(caller: Caller, noticeId: string): Promise<Notice> {
  return transact(caller, "acknowledgeNotice", noticeId, async (tx) => {
    const found = await tx.em.findOne(Notice, { id: noticeId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const notice = requireSeen(noticePolicy, tx.viewer, found, "notice", noticeId);
    requireAllowed(noticeRecipient, tx.viewer, notice, "Acknowledging this notice");
    const { personId } = tx.viewer;
    if (personId === null) throw new Unauthenticated();
    const given = await tx.em.findOne(NoticeAcknowledgement, { noticeId, personId });
    if (!given) tx.em.create(NoticeAcknowledgement, { noticeId, personId, at: tx.now });
    return notice;
  });
}
