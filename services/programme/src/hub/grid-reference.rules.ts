/** A place on the British National Grid, in metres, as the DfE's register gives it. */
export interface GridReference {
  easting: number;
  northing: number;
}

/** The place of a school; null where the register does not say. */
export function gridReference(school: { easting?: number | null; northing?: number | null }): GridReference | null {
  const { easting, northing } = school;
  return easting == null || northing == null ? null : { easting, northing };
}

/** As the crow flies, in whole metres; null where one of the two places is not known. The grid is flat enough for that. */
export function distanceMetres(a: GridReference | null, b: GridReference | null): number | null {
  return a && b ? Math.round(Math.hypot(a.easting - b.easting, a.northing - b.northing)) : null;
}
