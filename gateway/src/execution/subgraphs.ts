import type { Trace } from "@psqm/tracing/trace";
import type { CallContext } from "../identity/caller.ts";
import { type Metrics, secondsSince } from "../metrics/metrics.ts";
import type { SubgraphAddress, Supergraph } from "../supergraph/supergraph.ts";
import { InFlight, identityKey } from "./in-flight.ts";
import { ownCopy } from "./shared-answers.ts";
import type { Send, SubgraphAnswer } from "./subgraph-answer.ts";
import { SubgraphClient, type SubgraphClientSettings } from "./subgraph-client.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";

export interface SubgraphsSettings extends SubgraphClientSettings {
  /** Whether the same query to a subgraph for the same caller, made again meanwhile, is sent once. */
  sharesCalls?: boolean;
}

/** A subgraph's name as an environment variable can spell it. */
function spelling(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** Every subgraph that any served supergraph names; a client lives as long as the gateway and is shared by versions. */
export class Subgraphs {
  readonly #overrides: Map<string, string>;
  readonly #settings: SubgraphClientSettings;
  readonly #metrics: Metrics;
  readonly #underWay: InFlight<SubgraphAnswer> | undefined;
  readonly #clients = new Map<string, SubgraphClient>();
  readonly #byName = new WeakMap<Supergraph, ReadonlyMap<string, SubgraphClient>>();

  /** @param urls addresses that replace the supergraph's, by name or by the name's spelling in an environment variable */
  constructor(urls: Record<string, string>, settings: SubgraphsSettings, metrics: Metrics) {
    this.#overrides = new Map(Object.entries(urls).map(([name, url]) => [spelling(name), url]));
    this.#settings = settings;
    this.#metrics = metrics;
    if (settings.sharesCalls) this.#underWay = new InFlight(ownAnswer);
  }

  addressOf({ name, url }: SubgraphAddress): SubgraphAddress {
    return { name, url: this.#overrides.get(spelling(name)) ?? url };
  }

  /** Overrides that no subgraph of the supergraph answers to: almost always a misspelling. */
  unknownOverrides(supergraph: Supergraph): string[] {
    const known = new Set(supergraph.subgraphs.map(({ name }) => spelling(name)));
    return [...this.#overrides.keys()].filter((name) => !known.has(name));
  }

  clientsOf(supergraph: Supergraph): SubgraphClient[] {
    return supergraph.subgraphs.map((subgraph) => this.#clientFor(this.addressOf(subgraph)));
  }

  /** How an operation reaches the supergraph's subgraphs on behalf of its caller. */
  sendFor(supergraph: Supergraph, context: CallContext): Send {
    const clients = this.#clientsByName(supergraph);
    const sharing = this.#underWay && { underWay: this.#underWay, identity: identityKey(context) };
    return (name, body, kind) => {
      const client = clients.get(name);
      if (!client) throw new Error(`a plan names an unknown subgraph ${name}`);
      const send = () => {
        const trace = context.trace?.child(`fetch ${name}`);
        return this.#timed(name, client.send(body, context, kind, trace), trace);
      };
      if (!sharing || kind !== "query") return send();
      return sharing.underWay.share(`${client.url}\n${sharing.identity}\n${body}`, send);
    };
  }

  /** Names of the subgraphs that do not answer now. */
  async silentOnes(supergraph: Supergraph, context: CallContext): Promise<string[]> {
    const clients = this.clientsOf(supergraph);
    const answers = await Promise.all(clients.map((client) => client.isReady(context)));
    return clients.filter((_, index) => !answers[index]).map(({ name }) => name);
  }

  /** Of every subgraph that was called so far, whether it is left alone now. */
  breakers(): { name: string; open: boolean }[] {
    return [...this.#clients.values()].map(({ name, isLeftAlone }) => ({ name, open: isLeftAlone }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  async #timed(name: string, answer: Promise<SubgraphAnswer>, trace: Trace | undefined): Promise<SubgraphAnswer> {
    const began = performance.now();
    let outcome = "ok";
    try {
      return await answer;
    } catch (error) {
      outcome = error instanceof SubgraphFailure ? String(error.extensions["code"]) : "fault";
      throw error;
    } finally {
      this.#metrics.subgraphCalled(name, outcome, secondsSince(began));
      trace?.end(outcome === "ok" ? undefined : outcome);
    }
  }

  #clientsByName(supergraph: Supergraph): ReadonlyMap<string, SubgraphClient> {
    let clients = this.#byName.get(supergraph);
    if (!clients) {
      clients = new Map(this.clientsOf(supergraph).map((client) => [client.name, client]));
      this.#byName.set(supergraph, clients);
    }
    return clients;
  }

  #clientFor(address: SubgraphAddress): SubgraphClient {
    const key = `${address.name} ${address.url}`;
    let client = this.#clients.get(key);
    if (!client) {
      client = new SubgraphClient(address, this.#settings, () => this.#metrics.callRepeated(address.name));
      this.#clients.set(key, client);
    }
    return client;
  }
}

/** Of several who have the same answer, each merges into it. */
function ownAnswer(answer: SubgraphAnswer): SubgraphAnswer {
  return answer.data ? { ...answer, data: ownCopy(answer.data) } : answer;
}
