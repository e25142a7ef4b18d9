import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { londonDay } from "@psqm/clock/clock";
import DataLoader from "dataloader";
import type { Attended } from "./session.rules.ts";
import { Booking, Session } from "./session.ts";

/** What people of these enrolments have attended so far. Two SQL. */
export async function attendedOf(
  em: SqlEntityManager,
  enrolmentIds: readonly string[],
): Promise<Map<string, Attended[]>> {
  const bookings = await em.find(Booking, { enrolmentId: { $in: [...enrolmentIds] }, minutesAttended: { $gt: 0 } });
  const found = await em.find(Session, { id: { $in: [...new Set(bookings.map(({ sessionId }) => sessionId))] } });
  const sessions = new Map(found.map((session) => [session.id, session]));
  const attended = bookings.flatMap(({ enrolmentId, sessionId, personId, minutesAttended }) => {
    const session = sessions.get(sessionId);
    if (!session) return [];
    const { unit, startsAt } = session;
    return [{ enrolmentId, unit, personId, minutes: minutesAttended ?? 0, day: londonDay(startsAt) }];
  });
  return Map.groupBy(attended, ({ enrolmentId }) => enrolmentId);
}

export function attendedLoader(em: SqlEntityManager): DataLoader<string, Attended[]> {
  return new DataLoader(async (enrolmentIds) => {
    const attended = await attendedOf(em, enrolmentIds);
    return enrolmentIds.map((id) => attended.get(id) ?? []);
  });
}

/** Sessions of hubs in rounds, the first one first; the key is what {@link hubRound} makes of both ids. */
export function sessionsLoader(em: SqlEntityManager): DataLoader<string, Session[]> {
  return new DataLoader(async (keys) => {
    const pairs = keys.map((key) => key.split(" "));
    const found = await em.find(
      Session,
      {
        hubId: { $in: pairs.map(([hubId = ""]) => hubId) },
        roundId: { $in: pairs.map(([, roundId = ""]) => roundId) },
      },
      { orderBy: { startsAt: "asc", id: "asc" } },
    );
    const byPair = Map.groupBy(found, ({ hubId, roundId }) => hubRound(hubId, roundId));
    return keys.map((key) => byPair.get(key) ?? []);
  });
}

export const hubRound = (hubId: string, roundId: string): string => `${hubId} ${roundId}`;

/** Bookings of sessions, by person. */
export function bookingsLoader(em: SqlEntityManager): DataLoader<string, Booking[]> {
  return new DataLoader(async (sessionIds) => {
    const found = await em.find(Booking, { sessionId: { $in: [...sessionIds] } }, { orderBy: { personId: "asc" } });
    const bySession = Map.groupBy(found, ({ sessionId }) => sessionId);
    return sessionIds.map((id) => bySession.get(id) ?? []);
  });
}
