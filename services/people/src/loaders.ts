import type { Context } from "@psqm/subgraph/context";
import DataLoader from "dataloader";
import { aseMembershipLoader } from "./ase-membership/ase-membership.loader.ts";
import { stepsOfCandidacyLoader } from "./candidacy/candidacy-step.loader.ts";
import { evidenceOfCandidacyLoader } from "./candidacy-evidence/candidacy-evidence.loader.ts";
import { verdictsOfCandidacyLoader } from "./candidacy-verdict/candidacy-verdict.loader.ts";
import { renewalsOfAppointmentLoader } from "./hub-appointment/appointment-renewal.loader.ts";
import {
  appointmentLoader,
  appointmentsOfHubLoader,
  appointmentsOfPersonLoader,
} from "./hub-appointment/hub-appointment.loader.ts";
import { acknowledgementsOfNoticeLoader } from "./notice/notice.loader.ts";
import { emailLoader, personLoader } from "./person/person.loader.ts";
import { rolesHeld } from "./role/roles-held.ts";
import { formerUrnsLoader, predecessorsLoader, schoolByUrnLoader, schoolLoader } from "./school/school.loader.ts";
import { membershipsOfPersonLoader, membershipsOfSchoolLoader } from "./school-membership/school-membership.loader.ts";
import { countsOfRegisterImportLoader } from "./school-register/register-change.loader.ts";
import { trainingOfPersonLoader } from "./training/training.loader.ts";

export type PeopleLoaders = ReturnType<typeof peopleLoaders>;
export type PeopleContext = Context<PeopleLoaders>;

/** Everything read in batches, scoped to the viewer of the request. */
export function peopleLoaders({ em, viewer }: Pick<Context, "em" | "viewer">) {
  return {
    person: personLoader(em, viewer),
    email: emailLoader(em, viewer),
    rolesOfPerson: new DataLoader(async (ids: readonly string[]) => {
      const held = await rolesHeld(em, ids);
      return ids.map((id) => held.get(id) ?? []);
    }),
    school: schoolLoader(em, viewer),
    schoolByUrn: schoolByUrnLoader(em, viewer),
    predecessorsOfSchool: predecessorsLoader(em, viewer),
    formerUrnsOfSchool: formerUrnsLoader(em),
    countsOfRegisterImport: countsOfRegisterImportLoader(em),
    membershipsOfPerson: membershipsOfPersonLoader(em, viewer),
    membershipsOfSchool: membershipsOfSchoolLoader(em, viewer),
    appointment: appointmentLoader(em, viewer),
    appointmentsOfPerson: appointmentsOfPersonLoader(em, viewer),
    appointmentsOfHub: appointmentsOfHubLoader(em, viewer),
    acknowledgementsOfNotice: acknowledgementsOfNoticeLoader(em),
    trainingOfPerson: trainingOfPersonLoader(em),
    aseMembership: aseMembershipLoader(em),
    renewalsOfAppointment: renewalsOfAppointmentLoader(em),
    evidenceOfCandidacy: evidenceOfCandidacyLoader(em),
    verdictsOfCandidacy: verdictsOfCandidacyLoader(em),
    stepsOfCandidacy: stepsOfCandidacyLoader(em),
  };
}
