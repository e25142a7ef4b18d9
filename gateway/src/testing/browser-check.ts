import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, type Page } from "playwright-core";
import { startGateway } from "../gateway.ts";
import { startFakeViewerService } from "./fake-viewer-service.ts";
import { startShop } from "./shop.ts";

/**
 * Uses the explorer in a real browser: signs in as somebody, runs a query, a mutation and a subscription, and sees
 * that the page asks no other address than its own. Screenshots go to the folder in SCREENSHOTS, if there is one.
 */
const secret = "a secret of at least thirty-two bytes";
const folder = process.env["SCREENSHOTS"];
const profile = mkdtempSync(path.join(tmpdir(), "explorer-"));
const shop = await startShop({ secret });
const viewers = await startFakeViewerService(secret);
viewers.viewers.set("grace@example.test", { kind: "person", personId: "grace", id: "u2" });
viewers.viewers.set("ada@example.test", { kind: "person", personId: "ada", id: "u1" });

const me = { name: "Who am I?", query: "query WhoAmI {\n  me {\n    id\n    name\n  }\n}" };
const gateway = await startGateway({
  supergraph: { sdl: shop.supergraph },
  port: 0,
  signingSecret: secret,
  identity: { viewerUrl: viewers.url },
  demoIssuer: { secret },
  logLevel: "warn",
  explorer: {
    title: "The shop's graph",
    examples: [{ name: "All products", query: "query Products {\n  products {\n    name\n    price\n  }\n}" }],
    people: [
      { email: "ada@example.test", name: "Ada Lovelace", role: "reviewer", examples: [me] },
      {
        email: "grace@example.test",
        name: "Grace Hopper",
        role: "editor",
        examples: [
          me,
          {
            name: "Listen for reviews of a product",
            query:
              "subscription Reviews($upc: ID!) {\n  reviewAdded(upc: $upc) {\n    body\n    author {\n      name\n    }\n    product {\n      name\n    }\n  }\n}",
            variables: { upc: "p2" },
          },
          {
            name: "Write a review",
            query:
              'mutation Write {\n  review(upc: "p1", body: "Written in the browser") {\n    body\n    product {\n      name\n    }\n  }\n}',
          },
        ],
      },
    ],
  },
});

const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  headless: true,
  viewport: { width: 1360, height: 820 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let step = "opening the page";
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(gateway.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => void complaints.push(error.message));

  await page.goto(gateway.url);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  await screenshot(page, "1-opened");

  step = "running an example without signing in";
  await choose(page, "#examples", "All products");
  await run(page);
  await answered(page, /"name": "Chair"/);

  step = "signing in and asking who one is";
  await choose(page, "#person", "Grace Hopper · editor");
  await page.locator("output", { hasText: "Signed in until" }).waitFor();
  await choose(page, "#examples", "Who am I?");
  await run(page);
  await answered(page, /"name": "Grace"/);
  await screenshot(page, "2-signed-in");

  step = "hearing an event on a subscription";
  await choose(page, "#examples", "Listen for reviews of a product");
  await run(page);
  await until(() => shop.reviews.running() === 1);
  shop.addReview({ id: "b1", body: "Heard in the browser", authorId: "u1", upc: "p2" });
  await answered(page, /Heard in the browser/);
  await answered(page, /"name": "Ada"/);
  await answered(page, /"name": "Chair"/);
  if ((shop.reviews.subscribers.at(-1) as { personId?: string }).personId !== "grace")
    throw new Error("the socket did not carry the person");
  await screenshot(page, "3-subscription");

  step = "stopping the subscription";
  await run(page);
  await until(() => shop.reviews.running() === 0);

  step = "running a mutation";
  await choose(page, "#examples", "Write a review");
  await run(page);
  await answered(page, /Written in the browser/);

  step = "staying signed in over a reload";
  await page.reload();
  await page.locator("output", { hasText: "Signed in until" }).waitFor();

  step = "reading the documentation";
  await page.getByRole("button", { name: /documentation explorer/i }).click();
  await page
    .locator(".graphiql-doc-explorer", { hasText: "reviewAdded" })
    .or(page.locator(".graphiql-doc-explorer", { hasText: "Query" }))
    .first()
    .waitFor();
  await screenshot(page, "4-documentation");

  step = "staying at home";
  if (foreign.length > 0) throw new Error(`the page asked elsewhere: ${foreign.join(", ")}`);
  if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join("\n")}`);
  process.stdout.write(
    "The explorer works: query, mutation, subscription, sign-in, documentation, all from its own address.\n",
  );
} catch (error) {
  for (const page of browser.pages()) await screenshot(page, "failed");
  process.stderr.write(`The explorer failed at ${step}: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await gateway.close();
  await Promise.all([shop.close(), viewers.close()]);
  rmSync(profile, { recursive: true, force: true });
}

async function choose(page: Page, list: string, label: string): Promise<void> {
  await page.locator(list).selectOption({ label });
}

async function run(page: Page): Promise<void> {
  await page.locator(".graphiql-execute-button").click();
}

async function answered(page: Page, text: RegExp): Promise<void> {
  await until(async () =>
    text.test(((await page.locator(".result-window .view-lines").textContent()) ?? "").replaceAll("\u00a0", " ")),
  );
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await what()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > deadline) throw new Error(`it did not become true within 10 s: ${what}`);
  }
}

async function screenshot(page: Page, name: string): Promise<void> {
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
