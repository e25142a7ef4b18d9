import { type MailSettings, mailEnvironment, mailSettings, missingForMail } from "@psqm/mail/settings";
import { Refusal } from "@psqm/refusal/refusal";
import { z } from "zod";
import type { Neighbours } from "./neighbours.ts";

const environment = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: "wants the service's own role: postgres://role:password@host:5432/database",
  }),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "wants the Redis of all replicas: redis://host:6379; left out: none" })
    .optional(),
  SIGNING_SECRET: z
    .string("wants the secret shared with the gateway, at least 32 characters")
    .min(32, "wants at least 32 characters"),
  PORT: z.coerce.number("wants a port number").int().min(0).max(65_535).optional(),
  HOST: z.string().default("127.0.0.1"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  NEIGHBOURS: z
    .string()
    .regex(/^\w+=https?:[^,]+(,\w+=https?:[^,]+)*$/, "wants where services are: people=http://people:4101")
    .transform((list) => Object.fromEntries(list.split(",").map((one) => one.split("=", 2))) as Neighbours)
    .default({}),
  ...mailEnvironment,
});

export type ServiceEnvironment = z.infer<typeof environment>;

export class Misconfigured extends Refusal {
  constructor(problems: readonly string[]) {
    super("MISCONFIGURED", `The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
}

/** Reads a service's settings. Throws {@link Misconfigured}, naming every variable that is missing or wrong. */
export function readEnvironment(env: NodeJS.ProcessEnv): ServiceEnvironment {
  return readAll(environment, env);
}

/** How mails leave, of an environment that need not be a service's. @throws {Misconfigured} */
export function readMailSettings(env: NodeJS.ProcessEnv): MailSettings {
  return mailSettings(readAll(z.object(mailEnvironment), env));
}

function readAll<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> {
  // Set to nothing is not set: so a container passes on what its .env leaves open.
  const told = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const read = schema.safeParse(told);
  const problems = read.error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];
  problems.push(...missingForMail(told).map((name) => `${name}: is needed beside SMTP_URL`));
  if (!read.success || problems.length > 0) throw new Misconfigured(problems);
  return read.data;
}
