import { Refusal } from "@psqm/refusal/refusal";
import type { Secrets } from "../secrets.ts";
import { subgraphs } from "../subgraphs.ts";

export class RolePasswordMissing extends Refusal {
  constructor(missing: readonly string[]) {
    super(
      "ROLE_PASSWORD_MISSING",
      `The environment gives passwords for some services' database roles but not for all; set also ${missing.join(", ")}.`,
    );
  }
}

/**
 * Passwords of the services' database roles as a container is told them: `PEOPLE_DATABASE_PASSWORD` and so on.
 * @returns undefined when none is given: then they follow from the data folder's secret
 * @throws {RolePasswordMissing} when only some are given
 */
export function rolePasswordsOf(env: NodeJS.ProcessEnv): Pick<Secrets, "rolePassword"> | undefined {
  const variable = (service: string) => `${service.toUpperCase()}_DATABASE_PASSWORD`;
  const missing = subgraphs.map(({ name }) => variable(name)).filter((name) => !env[name]);
  if (missing.length === subgraphs.length) return undefined;
  if (missing.length > 0) throw new RolePasswordMissing(missing);
  return { rolePassword: (service) => env[variable(service)] ?? "" };
}
