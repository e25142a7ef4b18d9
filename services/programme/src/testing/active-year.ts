import { newId } from "@psqm/database/id";
import type { TestSubgraph } from "@psqm/testing/test-subgraph";
import { headTeacher, programmeTeam } from "@psqm/testing/viewers";

const hq = programmeTeam();

export interface ActiveYear {
  enrolmentId: string;
  schoolId: string;
  roundId: string;
  hubId: string;
  /** Ids of the people in it: the school's subject leader and the hub's leader. */
  subjectLeaderId: string;
  leaderId: string;
}

/** Steps to a school that is in its PSQM year, each as a client or another service would take it. */
export function activeYears(service: TestSubgraph) {
  let rounds = 0;

  const did = async (viewer: typeof hq, document: string, variables: object) => {
    const { data, errors } = await service.query(viewer, document, variables as Record<string, unknown>);
    if (errors) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0] as { id: string };
  };

  const aSchool = async (parts: object = {}): Promise<string> => {
    const schoolId = newId("sch");
    const school = {
      schoolId,
      urn: "117858",
      name: "Wolds Edge Primary School",
      localAuthority: "East Riding of Yorkshire",
      phase: "Primary",
      type: "Community school",
      status: "OPEN",
      pupils: 64,
      ...parts,
    };
    await service.deliver("people", "schools.changed", "school-register", { schools: [school] });
    return schoolId;
  };

  const aRound = async (input: object = {}): Promise<string> => {
    rounds += 1;
    return (
      await did(hq, "mutation ($input: OpenRoundInput!) { openRound(input: $input) { id } }", {
        input: { number: rounds, pattern: "AUTUMN", year: 2026, ...input },
      })
    ).id;
  };

  const aHub = async (capacity = 5): Promise<string> =>
    (
      await did(hq, "mutation ($input: CreateHubInput!) { createHub(input: $input) { id } }", {
        input: { name: newId("Hub"), area: "Humber", capacity, leaderId: "per_lena" },
      })
    ).id;

  const joins = (schoolId: string, personId: string, role = "SUBJECT_LEADER", on = "2026-09-01") =>
    service.deliver("people", "school-membership.started", schoolId, {
      membershipId: `mem_${schoolId}_${personId}_${role}`,
      schoolId,
      personId,
      role,
      on,
    });

  /** A school of its own (or the one given), registered, placed and joined by its subject leader. */
  const anActiveYear = async ({
    roundId,
    hubId,
    schoolId,
  }: {
    roundId?: string;
    hubId?: string;
    schoolId?: string;
  } = {}): Promise<ActiveYear> => {
    const school = schoolId ?? (await aSchool());
    const [round, hub] = [roundId ?? (await aRound()), hubId ?? (await aHub())];
    const subjectLeaderId = `per_sam-${school.slice(4)}`;
    const { id } = await did(hq, "mutation ($input: RegisterSchoolInput!) { registerSchool(input: $input) { id } }", {
      input: { schoolId: school, roundId: round },
    });
    await did(hq, "mutation ($input: OfferPlaceInput!) { offerPlace(input: $input) { id } }", {
      input: { enrolmentId: id, hubId: hub },
    });
    await did(headTeacher(school), "mutation ($id: ID!) { acceptPlace(enrolmentId: $id) { id } }", { id });
    await joins(school, subjectLeaderId);
    return { enrolmentId: id, schoolId: school, roundId: round, hubId: hub, subjectLeaderId, leaderId: "per_lena" };
  };

  return { aSchool, aRound, aHub, joins, anActiveYear };
}
