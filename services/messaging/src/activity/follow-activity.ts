import { Unauthenticated } from "@psqm/refusal/refusal";
import { requireSeen } from "@psqm/subgraph/policy";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import { Conversation } from "../conversation/conversation.ts";
import { liveStream } from "../live/live-stream.ts";
import type { MessagingContext } from "../loaders.ts";
import { Activity } from "./activity.ts";

/**
 * What goes on in a conversation, now and whenever it changes; the one who follows is seen by the others meanwhile.
 * @throws NotFound (NOT_FOUND) for a conversation that the viewer has no part in, now or later
 */
export async function followActivity(
  { viewer, resources: { activity, fork } }: MessagingContext,
  { conversationId }: { conversationId: string },
): Promise<AsyncIterableIterator<Activity, undefined>> {
  const { personId } = viewer;
  if (personId === null) throw new Unauthenticated();
  const conversationNow = async () => {
    const found = await fork().findOne(Conversation, { id: conversationId });
    return requireSeen(conversationMembers, viewer, found, "conversation", conversationId);
  };
  await conversationNow();
  const leave = activity.enter(conversationId, personId);
  const stream = liveStream<Activity, string>({
    enrol: ({ ring }) => activity.calls.enrol(conversationId, ring),
    pageSize: 2,
    positionOf: ({ scene }) => JSON.stringify(scene),
    async read(last) {
      const scene = activity.scene(conversationId);
      return JSON.stringify(scene) === last ? [] : [new Activity(await conversationNow(), scene)];
    },
  }).begin("", true);
  const following: AsyncIterableIterator<Activity, undefined> = {
    next: () =>
      stream.next().catch((error: unknown) => {
        leave();
        throw error;
      }),
    async return() {
      leave();
      await stream.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => following,
  };
  return following;
}
