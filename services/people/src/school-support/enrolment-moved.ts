import { on } from "@psqm/events/consumer";
import { z } from "zod";

const payload = z.object({ enrolmentId: z.string(), hubId: z.string() });

/** Another hub supports the school: its people see the school's from now on, and those of the former no longer. */
export const enrolmentMoved = on("programme", "enrolment.moved", payload, async (tx, { enrolmentId, hubId }) => {
  await tx.em.execute("update school_support set hub_id = ? where enrolment_id = ?", [hubId, enrolmentId]);
});
