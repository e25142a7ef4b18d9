import { listen } from "@psqm/events/listener";
import type { Deps } from "@psqm/subgraph/subgraph";
import { VIEWER_CHANNEL } from "./announce-viewer.ts";

/** Somebody who listens. */
interface Hearer {
  /** This subject's viewer may have changed. */
  changed(subject: string): void;
  /** Something may have been missed: forget everything and listen anew. */
  lost(): void;
}

export interface ViewerChanges {
  /** Settles when announcements can be heard, so that nobody believes to listen too early. */
  ready: Promise<void>;
  /** @returns how to stop hearing */
  hear(hearer: Hearer): () => void;
  close(): Promise<void>;
}

/** Hears, on one connection for the whole process, whose viewer may have changed. */
export function listenForViewerChanges(databaseUrl: string, log: Deps["log"]): ViewerChanges {
  const hearers = new Set<Hearer>();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const listener = listen(
    databaseUrl,
    [VIEWER_CHANNEL],
    (channel, subject) => {
      if (channel !== "") {
        for (const hearer of hearers) hearer.changed(subject);
        return;
      }
      isReady();
      // Whoever listened before the connection was lost may have missed something. (At the first there is nobody.)
      for (const hearer of [...hearers]) hearer.lost();
    },
    log,
  );
  return {
    ready,
    hear(hearer) {
      hearers.add(hearer);
      return () => hearers.delete(hearer);
    },
    close: () => listener.close(),
  };
}
