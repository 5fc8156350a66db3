/** Hands a checkpoint's parameters to an architecture by name, and keeps account of the missing and the unused. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { FloatTensor } from '../network/model-graph.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import { floatTensor } from './float-tensor.ts';

/** A size for each axis; `null` where the architecture takes what the checkpoint has. */
export type ExpectedShape = readonly (number | null)[];

/** What training counts and inference has no use for. */
const bookkeeping = /(^|\.)num_batches_tracked$/;
/** How many names a sentence lists. */
const mostNamed = 5;

export class Parameters {
  readonly #architecture: string;
  readonly #advice: string;
  readonly #tensors: ReadonlyMap<string, NumericTensor>;
  readonly #used = new Set<string>();
  readonly #missing: string[] = [];

  /** @param others the architectures that could be meant instead. */
  constructor(architecture: string, checkpoint: Checkpoint, others: readonly string[]) {
    this.#architecture = architecture;
    this.#advice = `name another --architecture: ${others.join(', ')}.`;
    this.#tensors = checkpoint.tensors;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Sizes of a parameter's axes; none when it is missing, which `take` reports. */
  shapeOf(name: string): readonly number[] {
    return this.#tensors.get(name)?.shape ?? [];
  }

  /**
   * A missing parameter is noted and zeros stand in for it, so that one report names all that are missing.
   *
   * @throws UnsupportedModel when the shape is another, saying both.
   */
  take(name: string, expected: ExpectedShape): FloatTensor {
    this.#used.add(name);
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      this.#missing.push(name);
      return zeros(expected);
    }
    const fits =
      tensor.shape.length === expected.length &&
      expected.every((size, axis) => size === null || size === tensor.shape[axis]);
    if (fits) return floatTensor(name, tensor);
    this.requireComplete();
    throw new UnsupportedModel(
      `The parameter ${name} has the shape [${tensor.shape.join(', ')}] where ${this.#architecture} needs ` +
        `[${expected.map((size) => size ?? 'any').join(', ')}]. Give weights that fit, or ${this.#advice}`,
    );
  }

  /** @throws UnsupportedModel naming the parameters that were asked for and are not there. */
  requireComplete(): void {
    const [count, named] = [this.#missing.length, this.#missing.slice(0, mostNamed)];
    if (count === 0) return;
    const others = count > named.length ? ` and ${count - named.length} others` : '';
    throw new UnsupportedModel(
      `The checkpoint lacks ${count} of the parameters that ${this.#architecture} needs: ${named.join(', ')}${others}. ` +
        `Give the whole checkpoint, or ${this.#advice}`,
    );
  }

  unused(): readonly string[] {
    return [...this.#tensors.keys()].filter((name) => !this.#used.has(name) && !bookkeeping.test(name));
  }
}

function zeros(expected: ExpectedShape): FloatTensor {
  const shape = expected.map((size) => size ?? 1);
  const count = shape.reduce((product, size) => product * size, 1);
  return { datatype: 'float32', shape, elements: new Float32Array(count) };
}
