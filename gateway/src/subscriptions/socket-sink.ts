import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Delivery, Sink } from "./delivery.ts";
import { EventStream, SlowConsumer } from "./event-stream.ts";
import type { Frame } from "./frame.ts";
import { CloseCode, closeReason, type Session } from "./session.ts";

/** A socket with what is under it. */
export interface Line {
  readonly socket: WebSocket;
  readonly stream: Duplex;
  /** Whoever waits until the stream takes more; null while it does. */
  blocked: (() => void)[] | null;
}

/**
 * One subscription's events on a socket. They go around graphql-ws, which would serialise each anew for every subscriber;
 * it keeps the protocol, and hears from here only that the subscription is over.
 */
export class SocketSink implements Sink {
  /** Without events; ends or fails when the subscription does. */
  readonly ending: EventStream<never>;
  readonly #line: Line;
  readonly #session: Session;
  readonly #id: string;
  #delivery: Delivery | null = null;

  constructor(line: Line, session: Session, id: string) {
    this.#line = line;
    this.#session = session;
    this.#id = id;
    this.ending = new EventStream<never>(0, () => this.#delivery?.stop());
  }

  /** @param delivery what is over when graphql-ws ends the subscription */
  hears(delivery: Delivery): EventStream<never> {
    this.#delivery = delivery;
    return this.ending;
  }

  send(frame: Frame): boolean {
    const { socket, stream } = this.#line;
    if (socket.readyState !== socket.OPEN) return true;
    stream.write(frame.onSocket(this.#id));
    return !stream.writableNeedDrain;
  }

  whenRoom(go: () => void): void {
    const line = this.#line;
    if (line.blocked) {
      line.blocked.push(go);
      return;
    }
    line.blocked = [go];
    line.stream.once("drain", () => {
      const blocked = line.blocked ?? [];
      line.blocked = null;
      for (const goOn of blocked) goOn();
    });
  }

  mayHear(): boolean | Promise<boolean> {
    return this.#session.mayGoOn();
  }

  over(reason?: unknown): void {
    // Whatever was said on this socket would wait behind what is not read; its end does not.
    if (reason instanceof SlowConsumer) {
      this.#line.socket.close(CloseCode.TryLater, closeReason(reason.code, reason.message));
    }
    if (reason === undefined) this.ending.end();
    else this.ending.fail(reason);
  }
}
