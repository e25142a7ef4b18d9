import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { BadInput, NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import { requireAllowed, requireSeen } from "@psqm/subgraph/policy";
import { enrolmentVisible } from "../enrolment/enrolment.policy.ts";
import { Enrolment } from "../enrolment/enrolment.ts";
import { programmeTeam } from "../hub/hub.policy.ts";
import { Hub } from "../hub/hub.ts";
import { mayPlan } from "../session/session.policy.ts";
import { readWords } from "../words/words.rules.ts";
import { EscalationState, escalationTransitions } from "./escalation.rules.ts";
import { Escalation, escalationVisible } from "./escalation.ts";

const LONGEST = 5_000;

/**
 * A hub leader tells the programme team of a difficulty, with one of the hub's schools or with the hub.
 * @throws BadInput for a text that is empty or too long, or an enrolment of another hub
 * @throws NotFound for an enrolment that the viewer may not see
 * @throws Forbidden for anyone but the leaders of the hub and the programme team
 */
export async function escalate(
  caller: Caller,
  input: { hubId: string; enrolmentId?: string | null; text: string },
): Promise<Escalation> {
  const { hubId } = input;
  const { viewer } = caller;
  const { personId } = viewer;
  if (personId === null) throw new Unauthenticated();
  const text = readWords("What is the matter", input.text, LONGEST);
  const id = newId("esc");
  return transact(caller, "escalate", id, async (tx) => {
    requireAllowed(mayPlan, viewer, { hubId }, "escalate");
    const enrolmentId = input.enrolmentId ?? null;
    if (enrolmentId) {
      const found = await tx.em.findOne(Enrolment, enrolmentId);
      const enrolment = requireSeen(enrolmentVisible, viewer, found, "enrolment", enrolmentId);
      if (enrolment.hubId !== hubId) throw new BadInput("That school is not in this hub. Name the hub that it is in.");
    }
    if (!(await tx.em.count(Hub, { id: hubId }))) throw new NotFound("hub", hubId);
    return tx.em.create(Escalation, {
      id,
      hubId,
      enrolmentId,
      state: EscalationState.Open,
      text,
      raisedById: personId,
      about: null,
      raisedAt: tx.now,
      answer: null,
      answeredById: null,
      answeredAt: null,
      closedAt: null,
    });
  });
}

/** The programme team answers. @throws BadInput, NotFound, Forbidden, IllegalTransition once it is closed */
export function answerEscalation(caller: Caller, input: { escalationId: string; answer: string }): Promise<Escalation> {
  const answer = readWords("An answer", input.answer, LONGEST);
  return change(caller, "answerEscalation", input.escalationId, EscalationState.Answered, (tx, escalation) => {
    requireAllowed(programmeTeam, tx.viewer, escalation, "answerEscalation");
    Object.assign(escalation, { answer, answeredById: tx.viewer.personId, answeredAt: tx.now });
  });
}

/** The answer does not help: more is said, and it waits again. @throws BadInput, NotFound, IllegalTransition before an answer */
export function askAgain(caller: Caller, input: { escalationId: string; text: string }): Promise<Escalation> {
  const more = readWords("What is still the matter", input.text, LONGEST);
  return change(caller, "askAgain", input.escalationId, EscalationState.Open, (_tx, escalation) => {
    const text = `${escalation.text}\n\n${more}`;
    if (text.length > 4 * LONGEST) throw new BadInput("This has grown too long. Close it and raise another one.");
    escalation.text = text;
  });
}

/** It is settled, for good. @throws NotFound, IllegalTransition when it was before */
export function closeEscalation(caller: Caller, escalationId: string): Promise<Escalation> {
  return change(caller, "closeEscalation", escalationId, EscalationState.Closed, (tx, escalation) => {
    escalation.closedAt = tx.now;
  });
}

function change(
  caller: Caller,
  operation: string,
  id: string,
  to: EscalationState,
  apply: (tx: Transaction, escalation: Escalation) => void,
): Promise<Escalation> {
  return transact(caller, operation, id, async (tx) => {
    const found = await tx.em.findOne(Escalation, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const escalation = requireSeen(escalationVisible, caller.viewer, found, "escalation", id);
    apply(tx, escalation);
    assertTransition("escalation", escalationTransitions, escalation.state, to);
    escalation.state = to;
    return escalation;
  });
}
