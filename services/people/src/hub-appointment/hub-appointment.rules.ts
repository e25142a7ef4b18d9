import { BadInput, Refusal } from "@psqm/refusal/refusal";

const ROLES = ["HUB_LEADER", "MENTOR"];

/** @throws BadInput for a role to which nobody is appointed */
export function assertHubRole(role: string): void {
  if (ROLES.includes(role)) return;
  throw new BadInput(`To a hub one is appointed as ${ROLES.join(" or ")}; ${role} is no such role.`);
}

export class AlreadyAppointed extends Refusal {
  constructor(role: string) {
    super(
      "ALREADY_APPOINTED",
      `This person is the hub's ${role === "HUB_LEADER" ? "leader" : "mentor"} already. End that appointment first to change the role.`,
    );
  }
}

export class AppointmentEnded extends Refusal {
  constructor(endedOn: string) {
    super("APPOINTMENT_ENDED", `This appointment ended on ${endedOn}. Nothing is left to end.`);
  }
}
