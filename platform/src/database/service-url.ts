import { loginRole } from "@psqm/database/provision";
import type { Secrets } from "../secrets.ts";

/** As which, and with which password, a service connects. */
export function serviceUrl(adminUrl: string, service: string, secrets: Secrets): string {
  const url = new URL(adminUrl);
  url.username = loginRole(service);
  url.password = secrets.rolePassword(service);
  return url.href;
}
