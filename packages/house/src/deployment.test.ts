import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";

const root = path.join(import.meta.dirname, "../../..");
const textOf = (file: string) => readFileSync(path.join(root, file), "utf8");

const services = ["people", "programme", "assessment", "finance", "messaging"];
const parts = [...services, "gateway"];

interface Container {
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
}

const composeText = textOf("docker-compose.yml");
const compose: { services: Record<string, Container> } = parse(composeText, { merge: true });
const container = (name: string): Container => compose.services[name] as Container;

describe("docker-compose.yml", () => {
  const schemaFile = path.join(
    path.dirname(createRequire(import.meta.url).resolve("dclint/package.json")),
    "schemas/compose.schema.json",
  );
  const { $schema: _, ...schema } = JSON.parse(readFileSync(schemaFile, "utf8"));
  const conforms = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

  test("conforms to the Compose specification", () => {
    conforms(compose);
    expect(conforms.errors).toBeNull();
  });

  test.each([
    ["a misspelt key", (people: Record<string, unknown>) => ({ ...people, helthcheck: people["healthcheck"] })],
    [
      "a condition that does not exist",
      (people: object) => ({ ...people, depends_on: { migrate: { condition: "done" } } }),
    ],
    ["a port that is no port", (people: object) => ({ ...people, ports: [true] })],
  ])("would not conform with %s", (_, spoil) => {
    const spoilt = { ...compose, services: { ...compose.services, people: spoil({ ...container("people") }) } };
    expect(conforms(spoilt)).toBe(false);
  });

  test("has no error to say to a linter", () => {
    // The gateway's port is open on every interface on purpose.
    const flags = ["--quiet", "--disable-rule", "no-unbound-port-interfaces"];
    const linter = path.join(path.dirname(schemaFile), "../bin/dclint.cjs");
    const args = [linter, "docker-compose.yml", ...flags];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    expect({ said: (stdout + stderr).trim(), status }).toEqual({ said: "", status: 0 });
  });

  test("starts the database, then the migration, then the services, then the gateway, each when it is due", () => {
    expect(container("migrate").depends_on).toEqual({ database: { condition: "service_healthy" } });
    for (const name of services) {
      expect(container(name).depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
    }
    expect(container("gateway").depends_on).toEqual(
      Object.fromEntries(services.map((name) => [name, { condition: "service_healthy" }])),
    );
  });

  test("asks every long-running part whether it is ready", () => {
    for (const name of parts) expect(container(name).healthcheck?.test.at(-1)).toContain("/health/ready");
    expect(container("database").healthcheck?.test).toContain("pg_isready");
  });

  test("opens only the gateway to the outside", () => {
    expect(Object.keys(compose.services).filter((name) => container(name).ports)).toEqual(["gateway"]);
  });

  test("tells every service the password of its own database role and of no other", () => {
    for (const name of services) {
      const said = JSON.stringify(container(name));
      expect(said.match(/[A-Z]+_DATABASE_PASSWORD|POSTGRES_PASSWORD/g)).toEqual([
        `${name.toUpperCase()}_DATABASE_PASSWORD`,
      ]);
      expect(container(name).environment?.["DATABASE_URL"]).toMatch(new RegExp(`^postgres://psqm_${name}:`));
    }
    expect(JSON.stringify(container("gateway"))).not.toContain("PASSWORD");
  });

  test("holds no secret: each is asked for, with a sentence, and .env.example has a place for it and no value", () => {
    const asked = new Set([...composeText.matchAll(/\$\{(\w+):\?[^}]+\}/g)].map(([, name]) => name as string));
    const offered = new Map([...composeText.matchAll(/\$\{(\w+):-[^}]*\}/g)].map(([, name]) => [name as string, true]));
    const settings = Object.entries(compose.services).flatMap(([, { environment = {} }]) =>
      Object.entries(environment),
    );
    for (const [name, value] of settings) {
      if (/PASSWORD|SECRET/.test(name)) expect(value).toMatch(/^\$\{\w+:\?[^}]+\}$/);
      if (/:\/\/[^/]*@/.test(value)) expect(value).toMatch(/:\$\{\w+:\?[^}]+\}@/);
    }

    const example = new Map(
      [...textOf(".env.example").matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [
        name as string,
        value as string,
      ]),
    );
    expect([...example.keys()].sort()).toEqual([...asked, ...offered.keys()].sort());
    for (const name of asked) expect([name, example.get(name)]).toEqual([name, ""]);
  });

  test("starts only files that there are", () => {
    for (const name of [...parts, "migrate"]) {
      const [file = ""] = container(name).command ?? [];
      expect([name, file, existsSync(path.join(root, file))]).toEqual([name, file, true]);
    }
    for (const name of services) expect(container(name).command).toEqual([`services/${name}/dist/main.js`]);
  });
});

describe("Dockerfile", () => {
  const dockerfile = textOf("Dockerfile");

  test("has nothing to say to a linter", () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  test("would not pass with a misspelt instruction", () => {
    expect(validate(dockerfile.replace("WORKDIR", "WORKDIRECTORY"))).not.toEqual([]);
  });

  test("ends in a stage that runs unprivileged", () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    expect(last.match(/^USER (.*)$/gm)).toEqual(["USER node"]);
  });

  test("copies only folders that there are", () => {
    for (const [, folder] of dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)) {
      expect([folder, existsSync(path.join(root, folder as string))]).toEqual([folder, true]);
    }
  });
});
