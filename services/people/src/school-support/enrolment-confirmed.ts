import { on } from "@psqm/events/consumer";
import { z } from "zod";

const payload = z.object({
  enrolmentId: z.string(),
  schoolId: z.string(),
  hubId: z.string(),
  confirmedOn: z.iso.date(),
});

/** From now on the hub's people and the school's may see each other. */
export const enrolmentConfirmed = on("programme", "enrolment.confirmed", payload, async (tx, enrolment) => {
  await tx.em.execute(
    `insert into school_support (enrolment_id, school_id, hub_id, confirmed_on) values (?, ?, ?, ?)
     on conflict (enrolment_id) do update
       set school_id = excluded.school_id, hub_id = excluded.hub_id, confirmed_on = excluded.confirmed_on`,
    [enrolment.enrolmentId, enrolment.schoolId, enrolment.hubId, enrolment.confirmedOn],
  );
});
