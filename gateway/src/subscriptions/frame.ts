/** The first byte of a whole text message (RFC 6455, section 5.2). */
const WHOLE_TEXT = 0x81;
const CLOSING_BRACE = 0x7d;

/** One event as clients get it, serialised once however many they are. */
export class Frame {
  readonly text: string;
  #bytes: Buffer | undefined;

  /** @param text of a GraphQL response */
  constructor(text: string) {
    this.text = text;
  }

  /**
   * The event as a message of graphql-transport-ws to the subscription of this id, framed for the wire as a server frames
   * it: in one piece, where ws would write two and encode the text anew for every socket.
   */
  onSocket(id: string): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    const payload = this.#bytes;
    const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    const headLength = Buffer.byteLength(head);
    const length = headLength + payload.length + 1;
    const begin = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const message = Buffer.allocUnsafe(begin + length);
    message[0] = WHOLE_TEXT;
    // RFC 6455: seven bits, or the number 126 and sixteen, or the number 127 and sixty-four.
    if (begin === 2) message[1] = length;
    else if (begin === 4) {
      message[1] = 126;
      message.writeUInt16BE(length, 2);
    } else {
      message[1] = 127;
      message.writeBigUInt64BE(BigInt(length), 2);
    }
    message.write(head, begin);
    payload.copy(message, begin + headLength);
    message[begin + length - 1] = CLOSING_BRACE;
    return message;
  }
}
