import { BadInput } from "@psqm/refusal/refusal";

const LONGEST_TEXT = 5000;

/** @throws BadInput unless the trimmed text has 1 to 5000 characters */
export function noticeText(text: string): string {
  const trimmed = text.trim();
  const length = [...trimmed].length;
  if (length >= 1 && length <= LONGEST_TEXT) return trimmed;
  throw new BadInput(`A notice has 1 to ${LONGEST_TEXT} characters; this has ${length}.`);
}

/** What a notice is about: one's part as leader of a hub, or as subject leader of a school. */
export type NoticeSubject = { hubId: string; schoolId: null } | { hubId: null; schoolId: string };

/** @throws BadInput unless it is about a hub or about a school */
export function noticeSubject(hubId: string | null, schoolId: string | null): NoticeSubject {
  if (hubId !== null && schoolId === null) return { hubId, schoolId };
  if (hubId === null && schoolId !== null) return { hubId, schoolId };
  throw new BadInput(
    "A notice is about the hub that you lead or the school whose subject leader you are: give one id.",
  );
}

/**
 * To which hub's leaders a notice goes, beside the programme team. A hub leader tells the "PSQM management team", a
 * subject leader the "Hub Leader/Mentor and/or PSQM team" (document 001, roles and responsibilities).
 * @param supportingHubId the hub that supports the school now, if one does
 */
export function noticeRoute(about: NoticeSubject, supportingHubId: string | null): string | null {
  return about.schoolId === null ? null : supportingHubId;
}
