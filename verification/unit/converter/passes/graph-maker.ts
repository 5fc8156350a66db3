/** What a random graph is made with: seeded choices, values made so far, a builder. */
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { integers } from '../../../../converter/onnx/onnx-graph.ts';
import { elementCount } from '../../../../gateway/domain/tensor.ts';
import { seeded } from '../../../support/seeded.ts';

export interface RandomGraphOptions {
  readonly seed: number;
  readonly steps: number;
  readonly input: { readonly name: string; readonly shape: readonly (number | null)[] };
}

const first = integers([0, 3, 1, 2]);
const last = integers([0, 2, 3, 1]);

export class GraphMaker {
  readonly builder = new GraphBuilder();
  readonly random: () => number;
  readonly values: string[] = [];

  constructor({ seed, input }: RandomGraphOptions) {
    this.random = seeded(seed);
    this.values.push(this.builder.input(input.name, { datatype: 'float32', shape: input.shape }));
  }

  upTo(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.upTo(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  shape(value: string): readonly (number | null)[] {
    return this.builder.typeOf(value).shape ?? [];
  }

  size(value: string, axis: number): number {
    return this.shape(value).at(axis) ?? 1;
  }

  constant(shape: readonly number[], low = -1, high = 1): string {
    const numbers = Array.from({ length: elementCount(shape) }, () => low + this.random() * (high - low));
    return this.builder.constant(constantOf('float32', shape, numbers));
  }

  channelsFirst(value: string, emit: (turned: string) => string): string {
    const turned = this.builder.emit('Transpose', [value], { perm: first });
    return this.builder.emit('Transpose', [emit(turned)], { perm: last });
  }

  /** Another value of the same rank whose sizes are equal or 1. */
  partner(value: string): string | undefined {
    const shape = this.shape(value);
    const fitting = this.values.filter((other) => {
      const sizes = this.shape(other);
      return sizes.length === shape.length && sizes.every((size, axis) => size === shape[axis] || size === 1);
    });
    return fitting.length === 0 ? undefined : this.pick(fitting);
  }
}
