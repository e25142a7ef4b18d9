import { AseMembershipSchema } from "./ase-membership/ase-membership.ts";
import { CandidacySchema } from "./candidacy/candidacy.ts";
import { CandidacyStepSchema } from "./candidacy/candidacy-step.ts";
import { CandidacyEvidenceSchema, CandidacyEvidenceVersionSchema } from "./candidacy-evidence/candidacy-evidence.ts";
import { CandidacyVerdictSchema } from "./candidacy-verdict/candidacy-verdict.ts";
import { KnownHubSchema } from "./hub/hub.ts";
import { AppointmentRenewalSchema } from "./hub-appointment/appointment-renewal.ts";
import { HubAppointmentSchema } from "./hub-appointment/hub-appointment.ts";
import { NoticeAcknowledgementSchema, NoticeSchema } from "./notice/notice.ts";
import { PartnerKeySchema, PartnerSchema } from "./partner/partner.ts";
import { PersonSchema } from "./person/person.ts";
import { FormerUrnSchema } from "./school/former-urn.ts";
import { SchoolSchema } from "./school/school.ts";
import { SchoolMembershipSchema } from "./school-membership/school-membership.ts";
import { RegisterChangeSchema } from "./school-register/register-change.ts";
import { RegisterImportSchema } from "./school-register/register-import.ts";
import { SchoolSupportSchema } from "./school-support/school-support.ts";
import { StaffRoleSchema } from "./staff-role/staff-role.ts";
import { TrainingSchema } from "./training/training.ts";

/** Every table of the service, by hand. */
export const entities = [
  PersonSchema,
  StaffRoleSchema,
  SchoolSchema,
  FormerUrnSchema,
  RegisterImportSchema,
  RegisterChangeSchema,
  SchoolMembershipSchema,
  KnownHubSchema,
  HubAppointmentSchema,
  AppointmentRenewalSchema,
  SchoolSupportSchema,
  TrainingSchema,
  AseMembershipSchema,
  NoticeSchema,
  NoticeAcknowledgementSchema,
  CandidacySchema,
  CandidacyStepSchema,
  CandidacyEvidenceSchema,
  CandidacyEvidenceVersionSchema,
  CandidacyVerdictSchema,
  PartnerSchema,
  PartnerKeySchema,
];
