import { isDay } from "@psqm/clock/clock";
import { on } from "@psqm/events/consumer";
import { defineSubgraph } from "@psqm/subgraph/subgraph";
import { z } from "zod";
import { creditInvoice } from "./credit-note/credit-invoice.ts";
import { CreditNoteSchema } from "./credit-note/credit-note.ts";
import { accrueHubSchool, accrueReview } from "./earning/accrue-earning.ts";
import { EarningResolver } from "./earning/earning.resolver.ts";
import { EarningSchema } from "./earning/earning.ts";
import { EnrolmentResolver } from "./enrolment/enrolment.resolver.ts";
import { FeeScheduleResolver } from "./fee-schedule/fee-schedule.resolver.ts";
import { InvoiceResolver } from "./invoice/invoice.resolver.ts";
import { InvoiceSchema } from "./invoice/invoice.ts";
import { issueInvoice } from "./invoice/issue-invoice.ts";
import { type FinanceContext, financeLoaders } from "./loaders.ts";
import { migrations } from "./migrations.ts";
import { PaymentResolver } from "./payment/payment.resolver.ts";
import { PaymentSchema } from "./payment/payment.ts";
import { PersonResolver } from "./person/person.resolver.ts";

interface Key {
  id: string;
}

const id = z.string().min(1);
const day = z.string().refine(isDay, "wants a calendar day, YYYY-MM-DD");
const instant = z.iso.datetime().transform((text) => new Date(text));

const enrolmentConfirmed = z
  .object({
    enrolmentId: id,
    schoolId: id,
    schoolName: z.string().min(1),
    localAuthority: z.string().nullable(),
    pupils: z.int().min(0).nullable(),
    confirmedOn: day,
    rules: z.object({ feeSchedule: z.string() }),
  })
  .transform(({ rules, ...enrolment }) => ({ ...enrolment, feeSchedule: rules.feeSchedule }));

// Before it said when its round begins, a withdrawal told nothing of money: such a one still credits nothing.
const enrolmentWithdrawn = z
  .object({ enrolmentId: id, withdrawnOn: day, roundStartsOn: day.nullish() })
  .transform(({ enrolmentId, withdrawnOn, roundStartsOn }) => ({
    enrolmentId,
    leftOn: withdrawnOn,
    roundStartsOn: roundStartsOn ?? withdrawnOn,
    deferred: false,
  }));

const enrolmentDeferred = z
  .object({ enrolmentId: id, deferredOn: day, roundStartsOn: day })
  .transform(({ deferredOn, ...left }) => ({ ...left, leftOn: deferredOn, deferred: true }));

/** Finance: what schools and funders owe, what hub leaders earn. */
export const finance = defineSubgraph({
  name: "finance",
  port: 4104,
  entities: [InvoiceSchema, PaymentSchema, CreditNoteSchema, EarningSchema],
  migrations,
  resolvers: [
    FeeScheduleResolver,
    InvoiceResolver,
    PaymentResolver,
    EarningResolver,
    EnrolmentResolver,
    PersonResolver,
  ],
  references: {
    Invoice: ({ id }: Key, { loaders }: FinanceContext) => loaders.invoice.load(id),
    Earning: ({ id }: Key, { loaders }: FinanceContext) => loaders.earning.load(id),
    Enrolment: ({ id }: Key) => ({ id }),
    Person: ({ id }: Key) => ({ id }),
  },
  loaders: financeLoaders,
  handlers: [
    on("programme", "enrolment.confirmed", enrolmentConfirmed, issueInvoice),
    on("programme", "enrolment.withdrawn", enrolmentWithdrawn, creditInvoice),
    on("programme", "enrolment.deferred", enrolmentDeferred, creditInvoice),
    on(
      "assessment",
      "submission.submitted",
      z.object({ enrolmentId: id, hubLeaderId: id, payRates: z.string(), submittedAt: instant }),
      accrueHubSchool,
    ),
    on(
      "assessment",
      "review.completed",
      z.object({ reviewId: id, enrolmentId: id, reviewerId: id, payRates: z.string(), completedAt: instant }),
      accrueReview,
    ),
  ],
});
