const HEAD_END = Buffer.from("\r\n\r\n");

/** One HTTP/1.1 message: its first line and headers as they came, and its body. */
export type OnMessage = (head: string, body: Buffer) => void;

/**
 * Cuts what comes over one connection into messages. Node's own client and server cost as much as the small request that is
 * measured, and share a core with each other: with them, they and not the gateway would be the limit.
 *
 * @throws Error when a message says neither how long it is nor that it is chunked
 */
export class HttpMessages {
  readonly #onMessage: OnMessage;
  #unread: Buffer = Buffer.alloc(0);
  /** Of the message that is being read, once its head is known. */
  #head: string | undefined;
  #bodyAt = 0;
  #bodyBytes: number | "chunked" = 0;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  push(piece: Buffer): void {
    this.#unread = this.#unread.length === 0 ? piece : Buffer.concat([this.#unread, piece]);
    while (this.#next());
  }

  #next(): boolean {
    if (this.#head === undefined && !this.#readHead()) return false;
    const message = this.#bodyBytes === "chunked" ? this.#chunkedBody() : this.#body(this.#bodyBytes);
    if (!message) return false;
    const head = this.#head as string;
    this.#head = undefined;
    this.#unread = this.#unread.subarray(message.end);
    this.#onMessage(head, message.body);
    return this.#unread.length > 0;
  }

  #readHead(): boolean {
    const end = this.#unread.indexOf(HEAD_END);
    if (end === -1) return false;
    const head = this.#unread.toString("latin1", 0, end);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined && !/^transfer-encoding: *chunked/im.test(head)) {
      throw new Error(`a message does not say how long it is:\n${head}`);
    }
    this.#head = head;
    this.#bodyAt = end + HEAD_END.length;
    this.#bodyBytes = length === undefined ? "chunked" : Number(length);
    return true;
  }

  #body(bytes: number): { body: Buffer; end: number } | undefined {
    const end = this.#bodyAt + bytes;
    return this.#unread.length < end ? undefined : { body: this.#unread.subarray(this.#bodyAt, end), end };
  }

  #chunkedBody(): { body: Buffer; end: number } | undefined {
    const pieces: Buffer[] = [];
    for (let at = this.#bodyAt; ; ) {
      const lineEnd = this.#unread.indexOf("\r\n", at);
      if (lineEnd === -1) return undefined;
      const bytes = Number.parseInt(this.#unread.toString("latin1", at, lineEnd), 16);
      const end = lineEnd + 2 + bytes + 2;
      if (this.#unread.length < end) return undefined;
      if (bytes === 0) return { body: Buffer.concat(pieces), end };
      pieces.push(this.#unread.subarray(lineEnd + 2, lineEnd + 2 + bytes));
      at = end;
    }
  }
}
