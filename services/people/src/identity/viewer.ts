import type { Viewer } from "@psqm/identity/viewer";
import { Policed, partOfParent } from "@psqm/subgraph/policy";
import { Field, ObjectType } from "type-graphql";
import { Hub, hubStub } from "../hub/hub.ts";
import { Role } from "../role/role.ts";

@Policed(partOfParent)
@ObjectType({ simpleResolvers: true, description: "A school one belongs to, and as what." })
export class ViewerSchool {
  schoolId!: string;

  @Field(() => Role, { description: "As what one belongs to it." })
  role!: Role;
}

@Policed(partOfParent)
@ObjectType("Viewer", { simpleResolvers: true, description: "Oneself, as the programme knows one." })
export class ViewerOfGraph {
  personId!: string | null;

  @Field(() => [Role], { description: "Every role one holds now; none for strangers and the anonymous." })
  roles!: Role[];

  @Field(() => [ViewerSchool], { description: "The schools one belongs to now, once for each role there." })
  schools!: ViewerSchool[];

  @Field(() => [Hub], { description: "The hubs one leads now." })
  hubsLed!: Hub[];

  @Field(() => [Hub], { description: "The hubs one mentors in now." })
  hubsMentored!: Hub[];
}

/** The signed viewer as the graph shows it to themselves. */
export function viewerOfGraph({ personId, roles, schools, hubsLed, hubsMentored }: Viewer): ViewerOfGraph {
  return {
    personId,
    roles,
    schools,
    hubsLed: hubsLed.map(hubStub),
    hubsMentored: hubsMentored.map(hubStub),
  };
}
