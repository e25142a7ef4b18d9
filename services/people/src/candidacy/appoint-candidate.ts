import { LockMode } from "@mikro-orm/core";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { NotFound } from "@psqm/refusal/refusal";
import { assertTransition } from "@psqm/refusal/transitions";
import { criteriaNotMet } from "../candidacy-verdict/candidacy-verdict.rules.ts";
import { CandidacyVerdict } from "../candidacy-verdict/candidacy-verdict.ts";
import { KnownHub } from "../hub/hub.ts";
import { endAppointment } from "../hub-appointment/end-appointment.ts";
import { HubAppointment } from "../hub-appointment/hub-appointment.ts";
import { startAppointment } from "../hub-appointment/start-appointment.ts";
import { Person } from "../person/person.ts";
import { Role } from "../role/role.ts";
import { CandidacyState, CriteriaNotMet, candidacyTransitions } from "./candidacy.rules.ts";
import { Candidacy } from "./candidacy.ts";
import { CandidacyKind } from "./candidacy-kind.rules.ts";
import { lockCandidacyForTeam } from "./lock-candidacy.ts";
import { moveCandidacy } from "./move-candidacy.ts";

const roleOf: Readonly<Record<CandidacyKind, Role>> = {
  [CandidacyKind.HubLeader]: Role.HubLeader,
  [CandidacyKind.Mentor]: Role.Mentor,
};

/**
 * Appoints a candidate today: to a hub, or for a hub that is yet to be made. A mentor of the hub who becomes its leader
 * ceases to be its mentor.
 * @throws CriteriaNotMet unless every criterion asked of them has the verdict MET
 * @throws IllegalTransition unless it is under review or more evidence was asked for
 * @throws NotFound for an unknown hub
 * @throws AlreadyAppointed when they have that part in the hub
 * @throws MentorsThemselves when the hub supports a school in whose team they take part
 */
export function appointCandidate(
  caller: Caller,
  { candidacyId, hubId }: { candidacyId: string; hubId: string | null },
): Promise<Candidacy> {
  return transact(caller, "appointCandidate", candidacyId, async (tx) => {
    // Hub, person, candidacy, as in every appointment to a hub: so no two wait for each other.
    if (hubId !== null) await lockHub(tx, hubId);
    await lockCandidate(tx, candidacyId);
    const candidacy = await lockCandidacyForTeam(tx, candidacyId);
    assertTransition("candidacy", candidacyTransitions, candidacy.state, CandidacyState.Appointed);
    const verdicts = await tx.em.find(CandidacyVerdict, { candidacyId });
    const notMet = criteriaNotMet(candidacy.criteriaAsked(), verdicts);
    if (notMet.length > 0) throw new CriteriaNotMet(notMet);
    if (hubId === null) {
      await moveCandidacy(tx, candidacy, CandidacyState.Appointed);
      candidacy.appointedOn = tx.today;
    } else {
      await appoint(tx, candidacy, hubId);
    }
    return candidacy;
  });
}

async function lockHub(tx: Transaction, hubId: string): Promise<void> {
  const hub = await tx.em.findOne(KnownHub, { id: hubId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!hub) throw new NotFound("hub", hubId);
}

async function lockCandidate(tx: Transaction, candidacyId: string): Promise<void> {
  const candidacy = await tx.em.findOne(Candidacy, { id: candidacyId });
  if (candidacy) await tx.em.findOne(Person, { id: candidacy.personId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** The appointment settles the candidacy. */
async function appoint(tx: Transaction, { personId, kind }: Candidacy, hubId: string): Promise<void> {
  const role = roleOf[kind];
  if (role === Role.HubLeader) {
    const asMentor = await tx.em.findOne(
      HubAppointment,
      { hubId, personId, role: Role.Mentor, endedOn: null },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (asMentor) await endAppointment(tx, asMentor, "Became leader of the hub.");
  }
  await startAppointment(tx, { hubId, personId, role });
}
