import { openDataFolder } from "@psqm/embedded-database/data-folder";
import { deriveKey, derivePassword, openSecret } from "@psqm/embedded-database/secret";

/** What the parts of one installation share and nobody else knows. */
export interface Secrets {
  /** Signs the gateway's calls to the services. */
  signing: string;
  /** Seeds the key of the demonstration issuer. */
  demoIssuer: string;
  /** Of a service's database role. */
  rolePassword(service: string): string;
}

/** All of them follow from the one secret file of the data folder. @throws {DataFolderUnwritable} */
export async function secretsOf(dataDir: string): Promise<Secrets> {
  const folder = await openDataFolder(dataDir);
  const secret = await openSecret(folder.secret);
  return {
    signing: deriveKey(secret, "calls to the services").toString("base64url"),
    demoIssuer: deriveKey(secret, "demonstration issuer").toString("base64url"),
    rolePassword: (service) => derivePassword(secret, `database role of ${service}`),
  };
}
