/** Bounds what folding may allocate: a few bytes of graph can ask for terabytes of constants. */
import { runsElsewhere, UnsupportedModel } from '../unsupported-model.ts';

/** Elements that a graph without any weights may still fold (128 MB of float32). */
const allowance = 32 * 1024 * 1024;
/** Each weight may be folded this many times: moved to another layout, scaled, shifted. */
const foldsPerWeight = 4;

export class FoldingBudget {
  #left = allowance;

  /** A constant that the model itself holds. */
  earn(elements: number): void {
    this.#left += foldsPerWeight * elements;
  }

  /** @throws UnsupportedModel when the constants of this graph outgrow its weights. */
  spend(elements: number, node: string): void {
    this.#left -= elements;
    if (!(elements >= 0 && this.#left >= 0)) {
      throw new UnsupportedModel(
        `The model computes constants far larger than its weights (node ${node}). ${runsElsewhere}`,
      );
    }
  }
}
