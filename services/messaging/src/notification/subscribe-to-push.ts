import { type Caller, transact } from "@psqm/events/transact";
import { NotFound, Unauthenticated } from "@psqm/refusal/refusal";
import { Preferences } from "../preferences/preferences.ts";
import { assertEndpoint, assertPushKeys, DevicesFull, MOST_DEVICES } from "./push-endpoint.rules.ts";

/** What a browser gives when its person lets the platform tell them of things. */
export interface PushDevice {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/**
 * A device of the caller is told of messages from now on; whoever had it before is not.
 * @param services that may be written to
 * @throws BadInput, DevicesFull (DEVICES_FULL)
 */
export function subscribeToPush(caller: Caller, device: PushDevice, services: readonly string[]): Promise<Preferences> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  assertEndpoint(device.endpoint, services);
  assertPushKeys(device.p256dh, device.auth);
  return transact(caller, "subscribeToPush", personId, async ({ em, now }) => {
    await em.execute("insert into preferences (person_id) values (?) on conflict do nothing", [personId]);
    await em.execute("select 1 from preferences where person_id = ? for update", [personId]);
    await em.execute(
      `insert into push_device (endpoint, person_id, p256dh, auth, since) values (?, ?, ?, ?, ?)
       on conflict (endpoint) do update set person_id = excluded.person_id, p256dh = excluded.p256dh, auth = excluded.auth`,
      [device.endpoint, personId, device.p256dh, device.auth, now],
    );
    const [count] = await em.execute<{ devices: number }[]>(
      "select count(*)::int as devices from push_device where person_id = ?",
      [personId],
    );
    if (count && count.devices > MOST_DEVICES) throw new DevicesFull();
    return em.findOneOrFail(Preferences, { personId });
  });
}

/** A device of the caller is told of nothing more. Throws NotFound for one that is not theirs. */
export function unsubscribeFromPush(caller: Caller, endpoint: string): Promise<Preferences> {
  const { personId } = caller.viewer;
  if (personId === null) throw new Unauthenticated();
  return transact(caller, "unsubscribeFromPush", personId, async ({ em }) => {
    const { affectedRows } = await em.execute<{ affectedRows: number }>(
      "delete from push_device where endpoint = ? and person_id = ?",
      [endpoint, personId],
      "run",
    );
    if (affectedRows === 0) throw new NotFound("device", "of this endpoint");
    return em.findOneOrFail(Preferences, { personId });
  });
}
