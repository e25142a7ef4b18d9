import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { oneLine } from "@psqm/refusal/one-line";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { readLink } from "../community/hub-post.rules.ts";
import { readWords } from "../words/words.rules.ts";
import { ResourceWithdrawn, type VleResourceKind } from "./vle-resource.rules.ts";
import { VleResource } from "./vle-resource.ts";

/** Puts a resource into the library. @throws BadInput for a text or link that cannot be */
export async function publishResource(
  caller: Caller,
  input: { kind: VleResourceKind; title: string; text: string; link: string },
): Promise<VleResource> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  const parts = {
    kind: input.kind,
    title: oneLine(input.title, "A title", 120),
    text: readWords("A text", input.text, 5_000),
    link: readLink(input.link),
  };
  const id = newId("vle");
  return transact(caller, "publishResource", id, async ({ em, now }) =>
    em.create(VleResource, { id, ...parts, publishedAt: now, publishedById: personId, withdrawnAt: null }),
  );
}

/** Takes a resource out of the library; it is kept. @throws NotFound, ResourceWithdrawn */
export function withdrawResource(caller: Caller, resourceId: string): Promise<VleResource> {
  return transact(caller, "withdrawResource", resourceId, async ({ em, now }) => {
    const found = await em.findOne(VleResource, resourceId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!found) throw new NotFound("resource", resourceId);
    if (found.withdrawnAt) throw new ResourceWithdrawn();
    found.withdrawnAt = now;
    return found;
  });
}
