import { LockMode } from "@mikro-orm/core";
import { newId } from "@psqm/database/id";
import { type Caller, transact } from "@psqm/events/transact";
import { Forbidden, NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { requireAllowed } from "@psqm/subgraph/policy";
import { mayPlan } from "../session/session.policy.ts";
import { requireCommunity } from "./hub-community.ts";
import { type HubPostInput, HubPostKind, PostWithdrawn, readHubPost } from "./hub-post.rules.ts";
import { HubPost } from "./hub-post.ts";

/**
 * Puts something up in a hub: announcements its leaders alone, resources everybody of its community.
 * @throws BadInput for a text or link that cannot be
 * @throws NotFound for a hub whose community one does not belong to
 * @throws Forbidden for an announcement by anyone but its leaders and the programme team
 */
export async function postInHub(caller: Caller, input: HubPostInput & { hubId: string }): Promise<HubPost> {
  const { hubId, kind } = input;
  const { viewer } = caller;
  const { personId } = viewer;
  if (personId === null) throw new Unauthenticated();
  const parts = readHubPost(input);
  const id = newId("pst");
  return transact(caller, "postInHub", id, async (tx) => {
    await requireCommunity(tx.em, viewer, hubId);
    if (kind === HubPostKind.Announcement) requireAllowed(mayPlan, viewer, { hubId }, "Announcing");
    return tx.em.create(HubPost, { id, hubId, kind, ...parts, byId: personId, postedAt: tx.now, withdrawnAt: null });
  });
}

/**
 * Takes something down; it is kept, and shown to nobody.
 * @throws NotFound for what one may not see
 * @throws Forbidden for anyone but who put it up, the hub's leaders and the programme team
 * @throws PostWithdrawn
 */
export function withdrawPost(caller: Caller, postId: string): Promise<HubPost> {
  const { viewer } = caller;
  return transact(caller, "withdrawPost", postId, async (tx) => {
    const post = await tx.em.findOne(HubPost, postId, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (!post) throw new NotFound("post", postId);
    const { hubId } = post;
    await requireCommunity(tx.em, viewer, hubId).catch(() => {
      throw new NotFound("post", postId);
    });
    if (post.byId !== viewer.personId && !mayPlan.allows(viewer, { hubId })) {
      throw new Forbidden("Taking this down", `whoever put it up, ${mayPlan.who}`);
    }
    if (post.withdrawnAt) throw new PostWithdrawn();
    post.withdrawnAt = tx.now;
    return post;
  });
}
