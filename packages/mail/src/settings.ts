import { z } from "zod";

/** How a service sends mail and where its readers find the platform. */
export interface MailSettings {
  /** None: mails are kept, to be looked at with `npm run mails`, and never leave. */
  smtpUrl?: string | undefined;
  from: string;
  /** Of the gateway, as people's browsers reach it. */
  publicUrl: string;
  /** Of all replicas of a service together. */
  perMinute: number;
}

/** The variables of the environment that {@link mailSettings} are read from. */
export const mailEnvironment = {
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "wants a mail server: smtp://user:password@host:587" }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^<>\r\n]*<?[^<>@\s]+@[^<>@\s]+>?$/, "wants a sender: PSQM <programme@example.org>")
    .default("Primary Science Quality Mark <programme@psqm.example>"),
  MAIL_PER_MINUTE: z.coerce.number("wants how many mails a minute").int().min(1).default(300),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "wants the gateway's address for browsers: https://graph.example.org" })
    .default("http://localhost:4000"),
};

/** What else must be said once mails leave: nobody should get one from, or leading to, an example's address. */
export function missingForMail(env: Readonly<Record<string, string | undefined>>): string[] {
  return env["SMTP_URL"] ? ["MAIL_FROM", "PUBLIC_URL"].filter((name) => !env[name]) : [];
}

export function mailSettings(env: z.infer<z.ZodObject<typeof mailEnvironment>>): MailSettings {
  return { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM, publicUrl: env.PUBLIC_URL, perMinute: env.MAIL_PER_MINUTE };
}
