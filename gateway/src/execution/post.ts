import type { Dispatcher } from "undici";

export interface PostedCall {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** When it must be over, on the clock of `performance.now()`. */
  deadline: number;
}

/** A call that was not over in time. */
export class CallTimeout extends Error {
  override name = "TimeoutError";
}

/**
 * Posts one call and takes its whole answer as text. undici's own `request` makes a stream, a signal and their listeners
 * for every call, which cost more than the call.
 *
 * @throws CallTimeout, or undici's error when no whole answer came
 */
export function post(dispatcher: Dispatcher, { path, headers, body, deadline }: PostedCall) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const pieces: Buffer[] = [];
    let status = 0;
    let controller: Dispatcher.DispatchController | undefined;
    let late: CallTimeout | undefined;
    const timer = setTimeout(() => {
      late = new CallTimeout();
      controller?.abort(late);
      reject(late);
    }, deadline - performance.now());
    dispatcher.dispatch(
      { path, method: "POST", headers, body },
      {
        onRequestStart(started) {
          controller = started;
          // It waited for a connection longer than it may take.
          if (late) started.abort(late);
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, piece) {
          pieces.push(piece);
        },
        onResponseEnd() {
          clearTimeout(timer);
          resolve({ status, text: textOf(pieces) });
        },
        onResponseError(_controller, error) {
          clearTimeout(timer);
          reject(error);
        },
      },
    );
  });
}

function textOf(pieces: readonly Buffer[]): string {
  const [first] = pieces;
  const text = (first && pieces.length === 1 ? first : Buffer.concat(pieces)).toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
