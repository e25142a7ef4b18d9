import { setTimeout as delay } from "node:timers/promises";
import { type Caller, transact } from "@psqm/events/transact";
import { system } from "@psqm/identity/viewer";
import type { Deps } from "@psqm/subgraph/subgraph";
import webpush from "web-push";
import { firstGoodMoment } from "./quiet-time.rules.ts";
import { unreadOf } from "./unread.ts";
import { vapidKeys } from "./vapid.ts";

type Pushing = Pick<Deps, "database" | "clock" | "signingSecret" | "log"> & {
  /** Whom push services can complain to: an https or mailto address. */
  contact: string;
};

const AT_A_TIME = 50;
const PATIENCE_MS = 10_000;
/** A message is told of for a day; after that the mail has. */
const TTL_SECONDS = 86_400;

interface Due {
  person_id: string;
  quiet_from: string;
  quiet_until: string;
  on_rest_days: boolean;
}

interface Device {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** Tells the devices of those who have got messages that no device of theirs has fetched. @returns how many were told */
export async function sendPushes(pushing: Pushing): Promise<number> {
  const now = pushing.clock();
  const em = pushing.database.em.fork();
  const due = await em.execute<Due[]>(
    `select push_notice.person_id, quiet_from, quiet_until, on_rest_days
     from push_notice join preferences on preferences.person_id = push_notice.person_id
     where due_at <= ? order by due_at limit ${AT_A_TIME}`,
    [now],
  );
  let told = 0;
  for (const { person_id, quiet_from, quiet_until, on_rest_days } of due) {
    const quiet = { quietFrom: quiet_from, quietUntil: quiet_until, onRestDays: on_rest_days };
    const moment = firstGoodMoment(now, quiet);
    if (moment > now) {
      await em.execute("update push_notice set due_at = ? where person_id = ?", [moment, person_id]);
    } else told += await tell(pushing, person_id);
  }
  return told;
}

/** Noted first and told then: a push that is lost on the way is not repeated, for the mail still comes. */
async function tell(pushing: Pushing, personId: string): Promise<number> {
  const { database, clock } = pushing;
  const caller: Caller = { em: database.em.fork(), viewer: system, clock };
  const { devices, count } = await transact(caller, "sendPush", personId, async ({ em }) => {
    const [mine] = await em.execute("select 1 from push_notice where person_id = ? for update skip locked", [personId]);
    if (!mine) return { devices: [], count: 0 };
    const unread = await unreadOf(em, [personId], "push");
    await em.execute(
      `insert into participation (conversation_id, person_id, pushed_sequence)
       select told.id, ?, told.up_to from jsonb_to_recordset(?::jsonb) as told (id text, up_to integer)
       on conflict (conversation_id, person_id) do update
       set pushed_sequence = greatest(participation.pushed_sequence, excluded.pushed_sequence)`,
      [personId, JSON.stringify(unread.map(({ conversationId, upTo }) => ({ id: conversationId, up_to: upTo })))],
    );
    await em.execute("delete from push_notice where person_id = ?", [personId]);
    if (unread.length === 0) return { devices: [], count: 0 };
    return {
      devices: await em.execute<Device[]>("select endpoint, p256dh, auth from push_device where person_id = ?", [
        personId,
      ]),
      count: unread.reduce((sum, conversation) => sum + conversation.count, 0),
    };
  });
  // Not a word of a message and nobody's name: the push service is not ours.
  const payload = JSON.stringify({ kind: "messages", count });
  await Promise.all(devices.map((device) => push(pushing, device, payload)));
  return devices.length;
}

async function push(
  { database, signingSecret, contact, log }: Pushing,
  device: Device,
  payload: string,
): Promise<void> {
  const { endpoint, p256dh, auth } = device;
  const { method, headers, body } = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails: { subject: contact, ...vapidKeys(signingSecret) },
    TTL: TTL_SECONDS,
    urgency: "normal",
    contentEncoding: "aes128gcm",
  });
  for (const wait of [0, 1_000]) {
    await delay(wait);
    const answer = await fetch(endpoint, {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: new Uint8Array(body ?? []),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (answer && [400, 403, 404, 410].includes(answer.status)) {
      // The person has withdrawn, or the subscription was made with another key: it never works again.
      await database.em.fork().execute("delete from push_device where endpoint = ?", [endpoint]);
      return;
    }
    log.info({ status: answer?.status }, "a push was not taken");
  }
}
