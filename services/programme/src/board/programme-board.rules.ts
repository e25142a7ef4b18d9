/** What the programme team should look at in a hub (ours). */
export enum HubRisk {
  NoLeader = "NO_LEADER",
  Full = "FULL",
  ManyLate = "MANY_LATE",
}

/** @returns in the order of their weight */
export function risksOf(hub: {
  capacity: number;
  placesTaken: number;
  lateSchools: number;
  hasLeader: boolean;
}): HubRisk[] {
  const { capacity, placesTaken, lateSchools, hasLeader } = hub;
  return [
    ...(hasLeader ? [] : [HubRisk.NoLeader]),
    ...(lateSchools > 0 && lateSchools * 4 >= placesTaken ? [HubRisk.ManyLate] : []),
    ...(placesTaken >= capacity ? [HubRisk.Full] : []),
  ];
}
