import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { serviceUrl } from "./database/service-url.ts";
import { explorerPages } from "./demo/explorer.ts";
import { ending } from "./ending.ts";
import { fileSettings } from "./file-settings.ts";
import { type Flags, readFlags } from "./flags.ts";
import { freePort } from "./free-port.ts";
import { passagesVariable, viewerUrl } from "./gateway-settings.ts";
import { logFile } from "./log.ts";
import { notificationSettings } from "./notification-settings.ts";
import { type Part, startPart } from "./part.ts";
import { openPlatform, type Platform } from "./platform.ts";
import { during } from "./progress.ts";
import { partnerSupergraphFile, root, supergraphFile } from "./root.ts";
import { subgraphs } from "./subgraphs.ts";
import { untilStopped } from "./until-stopped.ts";

/**
 * `npm run start:services`: the same platform, but every service and the gateway is a process of its own, started as a
 * container starts it and told everything by its environment.
 */
await runCommand(() =>
  untilStopped(async (open, stop) => {
    const flags = readFlags();
    const platform = await openPlatform(flags, open, stop);
    // They were needed here for the demonstration year; from now on there are others.
    await platform.services.close();

    const parts = await during("Starting a process for each part", () => startParts(platform, flags, open));
    const gateway = parts.at(-1) as Part;
    process.stdout.write(
      ending({
        url: gateway.url,
        data: platform.database.description,
        log: logFile(flags.dataDir),
        demonstration: platform.demonstration,
        notes: ["", ...parts.map(({ name, pid, url }) => `${name.padEnd(22)}process ${pid}, ${url}`)],
      }),
    );
  }),
);
process.exit();

async function startParts(
  platform: Platform,
  { dataDir, port, workers }: Flags,
  open: AsyncDisposableStack,
): Promise<Part[]> {
  const log = logFile(dataDir);
  const onEnd = (name: string) => (how: string) =>
    process.stderr.write(
      `\n${name} ${how}. The rest runs on without it; to have it back, stop with Ctrl-C and start again.\n`,
    );
  const begin = async (name: string, file: string, partPort: number, env: Record<string, string>) => {
    const url = `http://127.0.0.1:${partPort}`;
    const all = { ...openTelemetry(), ...env, PORT: `${partPort}`, HOST: "127.0.0.1", APOLLO_TELEMETRY_DISABLED: "1" };
    const part = await startPart({ name, file: join(root, file), env: all, url, log, onEnd: onEnd(name) });
    open.defer(() => part.stop());
    return part;
  };

  const { database, secrets, mail } = platform;
  const ports = new Map(await Promise.all(subgraphs.map(async ({ name }) => [name, await freePort()] as const)));
  const redisUrl = process.env["REDIS_URL"];
  const services = await Promise.all(
    [...ports].map(async ([name, servicePort]) =>
      begin(name, `services/${name}/dist/main.js`, servicePort, {
        DATABASE_URL: serviceUrl(database.adminUrl, name, secrets),
        SIGNING_SECRET: secrets.signing,
        NEIGHBOURS: `people=http://127.0.0.1:${ports.get("people")}`,
        MAIL_FROM: mail.from,
        MAIL_PER_MINUTE: `${mail.perMinute}`,
        PUBLIC_URL: mail.publicUrl,
        ...(mail.smtpUrl && { SMTP_URL: mail.smtpUrl }),
        ...fileSettings(dataDir),
        ...(redisUrl && { REDIS_URL: redisUrl }),
        ...notificationSettings(process.env),
      }),
    ),
  );
  const urls = Object.fromEntries(services.map(({ name, url }) => [name, `${url}/graphql`]));
  const explorerFile = join(dataDir, "explorer.json");
  await writeFile(explorerFile, JSON.stringify(explorerPages));
  const gateway = await begin("gateway", "gateway/dist/main.js", port === 0 ? await freePort() : port, {
    ...(workers && { WORKERS: workers }),
    SUPERGRAPH_FILE: supergraphFile,
    PARTNER_SUPERGRAPH_FILE: partnerSupergraphFile,
    SIGNING_SECRET: secrets.signing,
    PASSAGES: passagesVariable,
    VIEWER_URL: viewerUrl(urls),
    DEMO_ISSUER_SECRET: secrets.demoIssuer,
    EXPLORER_FILE: explorerFile,
    ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [`SUBGRAPH_URL_${name}`, url])),
  });
  return [...services, gateway];
}

/** Where traces go, and which: as OpenTelemetry names it, the same for every part but for the part's name. */
function openTelemetry(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[0].startsWith("OTEL_") && entry[0] !== "OTEL_SERVICE_NAME",
    ),
  );
}
