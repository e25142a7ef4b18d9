import { connectDatabase } from "@psqm/database/connect";
import { sendDueMails } from "@psqm/mail/sender";
import { pino } from "pino";
import { TEST_SIGNING_SECRET, testMailSettings } from "../test-subgraph.ts";

/** A sender as a process of its own, to be killed: `send-mails.js DATABASE_URL SMTP_URL`. */
const [url = "", smtpUrl] = process.argv.slice(2);
const database = await connectDatabase({ url, schema: "writer", entities: [] });
await sendDueMails({
  service: "writer",
  signingSecret: TEST_SIGNING_SECRET,
  em: database.em,
  settings: { ...testMailSettings, smtpUrl },
  log: pino({ level: "silent" }),
});
await database.close(true);
