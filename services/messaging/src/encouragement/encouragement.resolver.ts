import { hasRole, Role } from "@psqm/identity/viewer";
import { NeighbourAway } from "@psqm/subgraph/neighbours";
import { Policed, type Policy, requireSeen } from "@psqm/subgraph/policy";
import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { conversationMembers } from "../conversation/conversation.policy.ts";
import type { MessagingContext } from "../loaders.ts";
import { contactsOf } from "../notification/send-digests.ts";
import { encouragement, Occasion } from "./encouragement.rules.ts";
import { Encouragement } from "./encouragement.ts";

const hubPeople: Policy<unknown> = {
  name: "hub-people",
  who: "hub leaders and mentors",
  allows: (viewer) => hasRole(viewer, Role.HubLeader, Role.Mentor),
};

@Resolver(() => Encouragement)
export class EncouragementResolver {
  @Policed(hubPeople)
  @Query(() => [Encouragement], {
    description:
      "Words for each milestone of the school's year, personal to it and you. They are yours to change and send with `sendMessage`.",
  })
  async encouragements(
    @Arg("conversationId", () => ID, { description: "The conversation with the school." }) conversationId: string,
    @Ctx() { em, viewer, loaders, resources }: MessagingContext,
  ): Promise<Encouragement[]> {
    const found = await loaders.conversation.load(conversationId);
    const { schoolId } = requireSeen(conversationMembers, viewer, found, "conversation", conversationId);
    const rows = await em.execute<{ id: string }[]>(
      "select distinct person_id as id from member where school_id = ? order by id",
      [schoolId],
    );
    const addressed = rows.map(({ id }) => id).filter((id) => id !== viewer.personId);
    const names = await namesOf(resources, viewer.personId ? [...addressed, viewer.personId] : addressed);
    const between = {
      to: addressed.flatMap((id) => names.get(id) ?? []),
      from: (viewer.personId && names.get(viewer.personId)) || null,
    };
    return Object.values(Occasion).map((occasion) => ({ occasion, text: encouragement(occasion, between) }));
  }
}

/** Without names when people is away: words to begin with are of use all the same. */
async function namesOf(
  resources: MessagingContext["resources"],
  personIds: readonly string[],
): Promise<Map<string, string>> {
  try {
    const people = await contactsOf(resources, personIds);
    return new Map([...people].map(([id, { name }]) => [id, name]));
  } catch (error) {
    if (error instanceof NeighbourAway) return new Map();
    throw error;
  }
}
