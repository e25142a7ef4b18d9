import { system } from "@psqm/identity/viewer";
import type { Deps } from "@psqm/subgraph/subgraph";
import type { FastifyInstance } from "fastify";
import { icalendar } from "./icalendar.ts";
import { readCalendarFeed } from "./read-calendar-feed.ts";

const SECRET = /^([A-Za-z0-9_-]{43})\.ics$/;

/** Calendar programs cannot sign in: the secret in the path says whose calendar it is. The gateway passes the path on. */
export function calendarFeedRoutes(app: FastifyInstance, { database, clock }: Deps): void {
  app.get<{ Params: { file: string } }>("/calendar/:file", async (request, reply) => {
    const secret = SECRET.exec(request.params.file)?.[1];
    const items = secret ? await readCalendarFeed({ em: database.em.fork(), viewer: system, clock }, secret) : null;
    if (!items)
      return reply.code(404).type("text/plain; charset=utf-8").send("There is no such calendar, or it was revoked.\n");
    return reply
      .type("text/calendar; charset=utf-8")
      .header("cache-control", "private, no-store")
      .header("referrer-policy", "no-referrer")
      .send(icalendar(items));
  });
}
