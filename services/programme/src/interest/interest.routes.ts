import { system } from "@psqm/identity/viewer";
import { page } from "@psqm/mail/render";
import type { Deps } from "@psqm/subgraph/subgraph";
import type { FastifyInstance, FastifyReply } from "fastify";
import { confirmInterest, isConfirmable } from "./confirm-interest.ts";
import { INTEREST_PATH } from "./express-interest.ts";

/** The link of the mail: GET asks, so that a scanner of mail that follows every link confirms nothing; POST does it. */
export function interestRoutes(app: FastifyInstance, { database, clock }: Deps): void {
  const caller = () => ({ em: database.em.fork(), viewer: system, clock });
  const path = `${INTEREST_PATH}:secret`;
  app.get<{ Params: { secret: string } }>(path, async ({ params }, reply) => {
    if (!(await isConfirmable(caller(), params.secret))) return answer(reply, unusable, 404);
    return answer(
      reply,
      '<p>Did you ask about the Primary Science Quality Mark?</p><form method="post"><button>Yes, that was me</button></form>',
    );
  });
  app.post<{ Params: { secret: string } }>(path, async ({ params }, reply) => {
    if (!(await confirmInterest(caller(), params.secret))) return answer(reply, unusable, 404);
    return answer(reply, "<p>Thank you. The programme team will write to you.</p>");
  });
}

const unusable = "<p>This link is not whole, or too old. Ask again, or write to psqm@herts.ac.uk.</p>";

function answer(reply: FastifyReply, content: string, status = 200): FastifyReply {
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .header("cache-control", "private, no-store")
    .header("referrer-policy", "no-referrer")
    .send(page(content));
}
