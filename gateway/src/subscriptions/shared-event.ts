import type { CompiledOperation } from "../execution/compiled-operation.ts";
import type { Frame } from "./frame.ts";
import type { UpstreamEvent } from "./upstream.ts";

/** An event of a subgraph on its way to everybody who asked for the same under the same name. */
export class SharedEvent {
  /** When it came, by `performance.now()`. */
  readonly cameAt = performance.now();
  readonly #answer: UpstreamEvent;
  readonly #frames = new Map<CompiledOperation, Map<string, Frame | Promise<Frame>>>();

  constructor(answer: UpstreamEvent) {
    this.#answer = answer;
  }

  /**
   * The event filled in for one operation: by whoever comes first, for all who come after with the same variables. Once it
   * is there, it is there at once.
   * @param fillIn gets an answer that it may change
   */
  frameFor(
    operation: CompiledOperation,
    variables: string,
    fillIn: (answer: UpstreamEvent) => Promise<Frame>,
  ): Frame | Promise<Frame> {
    let frames = this.#frames.get(operation);
    if (!frames) {
      frames = new Map();
      this.#frames.set(operation, frames);
    }
    let frame = frames.get(variables);
    if (!frame) {
      const coming = fillIn(structuredClone(this.#answer));
      frame = coming.then((filledIn) => {
        frames.set(variables, filledIn);
        return filledIn;
      });
      frames.set(variables, frame);
    }
    return frame;
  }
}
