import { expect, test } from "@jest/globals";
import { anonymous } from "@psqm/identity/viewer";
import { type GraphQLSchema, parse } from "graphql";
import { pino } from "pino";
import { resolveConfig } from "../configuration.ts";
import { Metrics } from "../metrics/metrics.ts";
import { buildSupergraph, type Supergraph } from "../supergraph/supergraph.ts";
import { composed, startShop } from "../testing/shop.ts";
import { FederatedExecutor } from "./executor.ts";
import { OperationRunner } from "./operation-runner.ts";
import { Subgraphs } from "./subgraphs.ts";

test("an operation is run on the supergraph that it was validated against, whatever is served meanwhile", async () => {
  const shop = await startShop();
  const { resilience } = resolveConfig({ supergraph: { sdl: shop.supergraph } });
  const metrics = new Metrics();
  const subgraphs = new Subgraphs({}, { timeoutMs: 10_000, resilience, log: pino({ level: "silent" }) }, metrics);
  const before = buildSupergraph(shop.supergraph);
  let replace = (_: Supergraph) => {};
  const live = {
    current: before,
    onReplaced: (listener: (supergraph: Supergraph) => void) => {
      replace = listener;
      return () => {};
    },
  };
  const gateway = new FederatedExecutor(live, new OperationRunner(subgraphs, { sharesRequests: false }), metrics);
  const schemas: GraphQLSchema[] = [];
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => schemas.push(apiSchema));
  const { executor } = await gateway.load({ apollo: {} });
  replace(buildSupergraph(composed([shop.products])));
  expect(schemas.map((schema) => Boolean(schema.getQueryType()?.getFields()["me"]))).toEqual([true, false]);

  const query = "{ me { name } }";
  const caller = { viewer: anonymous, subject: null, credential: null, expiresAt: null };
  // Of a request's many parts these are the ones that matter here.
  const context = {
    schema: schemas[0],
    document: parse(query),
    source: query,
    request: { query },
    metrics: {},
    context: { caller, correlationId: "c", propagated: {} },
  };
  expect(await executor(context as unknown as Parameters<typeof executor>[0])).toEqual({
    data: { me: { name: "Ada" } },
  });
  await Promise.all([gateway.stop(), subgraphs.close(), shop.close()]);
});
