import { on } from "@psqm/events/consumer";
import { z } from "zod";

const payload = z.object({ enrolmentId: z.string(), withdrawnOn: z.iso.date() });

/**
 * The hub supports the school no longer: it reads no addresses and meets nobody new. One that was never confirmed is
 * not known here.
 */
export const enrolmentWithdrawn = on(
  "programme",
  "enrolment.withdrawn",
  payload,
  async (tx, { enrolmentId, withdrawnOn }) => {
    await tx.em.execute("update school_support set ended_on = greatest(?::date, confirmed_on) where enrolment_id = ?", [
      withdrawnOn,
      enrolmentId,
    ]);
  },
);
