import { signViewer, VIEWER_HEADER } from "@psqm/identity/signing";
import { system } from "@psqm/identity/viewer";
import { Refusal } from "@psqm/refusal/refusal";

/** Where other services are, by name, e.g. `http://127.0.0.1:4101/graphql`: any address of them. */
export type Neighbours = Readonly<Record<string, string>>;

export class NeighbourAway extends Refusal {
  constructor(name: string, why: string) {
    super("NEIGHBOUR_AWAY", `${name} does not answer now (${why}). Try again in a little while.`);
  }
}

/** Asks a route of another service, as the platform itself. Gives what it answered, parsed. */
export type AskNeighbour = (name: string, path: string, question: unknown) => Promise<unknown>;

const PATIENCE_MS = 5_000;

/**
 * For what must not be copied from service to service, such as people's addresses. It is asked by background work that
 * can wait: nothing in the graph depends on another service's being there.
 * @throws NeighbourAway
 */
export function askingNeighbours(neighbours: Neighbours, signingSecret: string): AskNeighbour {
  return async (name, path, question) => {
    const address = neighbours[name];
    if (!address) throw new NeighbourAway(name, "NEIGHBOURS does not say where it is");
    const body = JSON.stringify(question);
    const signature = await signViewer(signingSecret, { audience: name, viewer: system, body });
    const answer = await fetch(new URL(path, address), {
      method: "POST",
      headers: { "content-type": "application/json", [VIEWER_HEADER]: signature },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((error: Error) => {
      throw new NeighbourAway(name, error.name);
    });
    if (!answer.ok) throw new NeighbourAway(name, `status ${answer.status}`);
    return answer.json();
  };
}
