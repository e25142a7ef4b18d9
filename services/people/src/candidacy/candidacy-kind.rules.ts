/** What one applies to be (document 000, "Hub leader/Mentor: Person specification"). */
export enum CandidacyKind {
  HubLeader = "HUB_LEADER",
  Mentor = "MENTOR",
}
