import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { hasUnseen } from "@psqm/refusal/one-line";
import { rolesHeld } from "../role/roles-held.ts";
import { strangerSubject } from "./announce-viewer.ts";

/** Who somebody is, and what they are called when it changes. */
export interface ResolvedViewer {
  viewer: Viewer;
  subject: string;
}

export interface TokenClaims {
  iss: string;
  sub: string;
  email?: string | null | undefined;
  email_verified?: boolean | null | undefined;
}

/**
 * The person behind a token: whoever has its e-mail address, which the issuer must have verified, or anybody could
 * sign in as anybody. A stranger otherwise: signed in, without any role.
 */
export async function resolvePerson(em: SqlEntityManager, claims: TokenClaims): Promise<ResolvedViewer> {
  const email = claims.email_verified === true ? claims.email?.trim().toLowerCase() : undefined;
  // Nobody is known by what no address holds, and PostgreSQL would not take NUL.
  if (!email || hasUnseen(email)) return stranger(JSON.stringify([claims.iss, claims.sub]));
  const [person] = await em.execute<{ id: string }[]>("select id from person where email = ?", [email]);
  return person ? viewerOfPerson(em, person.id) : stranger(email);
}

/** What a person who is known holds now. */
export async function viewerOfPerson(em: SqlEntityManager, personId: string): Promise<ResolvedViewer> {
  const [schools, hubs, roles] = await Promise.all([
    em.execute<{ school_id: string; role: Role }[]>(
      "select school_id, role from school_membership where person_id = ? and ended_on is null order by id",
      [personId],
    ),
    em.execute<{ hub_id: string; role: Role }[]>(
      "select hub_id, role from hub_appointment where person_id = ? and ended_on is null order by id",
      [personId],
    ),
    rolesHeld(em, [personId]),
  ]);
  const hubsAs = (role: Role) => hubs.filter((hub) => hub.role === role).map((hub) => hub.hub_id);
  return {
    subject: personId,
    viewer: {
      ...anonymous,
      kind: "person",
      personId,
      roles: roles.get(personId) ?? [],
      hubsLed: hubsAs(Role.HubLeader),
      hubsMentored: hubsAs(Role.Mentor),
      schools: schools.map(({ school_id, role }) => ({ schoolId: school_id, role })),
    },
  };
}

/**
 * The partner behind a key.
 * @param sha256 of the key, in hexadecimal
 * @returns null for a key that is unknown, revoked or expired at `now`
 */
export async function resolvePartner(em: SqlEntityManager, sha256: string, now: Date): Promise<ResolvedViewer | null> {
  const [key] = await em.execute<{ id: string; partner_id: string; scopes: string[] }[]>(
    `select id, partner_id, to_jsonb(scopes) as scopes from partner_key
     where sha256 = ? and revoked_at is null and expires_at > ?`,
    [sha256, now],
  );
  if (!key) return null;
  return {
    subject: key.id,
    viewer: { ...anonymous, kind: "partner", partnerId: key.partner_id, roles: [Role.Partner], scopes: key.scopes },
  };
}

function stranger(name: string): ResolvedViewer {
  return { subject: strangerSubject(name), viewer: { ...anonymous, kind: "person" } };
}
