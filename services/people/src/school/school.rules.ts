/** Whether a school is open, as the DfE's register says. */
export enum SchoolStatus {
  Open = "OPEN",
  ProposedToClose = "PROPOSED_TO_CLOSE",
  Closed = "CLOSED",
  ProposedToOpen = "PROPOSED_TO_OPEN",
}
