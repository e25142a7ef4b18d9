import { Refusal } from "@psqm/refusal/refusal";

/** More would only make everybody wait. */
export class Overloaded extends Refusal {
  constructor() {
    super("OVERLOADED", "As many operations are under way as this gateway does at a time. Try again in two seconds.");
  }
}

/**
 * Counts the operations under way. Beyond a bound new ones are turned away before anything is done for them, so that
 * those under way keep their time.
 */
export class Load {
  readonly #bound: number;
  #underWay = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get isFull(): boolean {
    return this.#underWay >= this.#bound;
  }

  /**
   * @returns what to call when the operation is over; further calls do nothing
   * @throws Overloaded
   */
  enter(): () => void {
    if (this.isFull) throw new Overloaded();
    this.#underWay += 1;
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#underWay -= 1;
    };
  }
}
