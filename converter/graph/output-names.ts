/** Positions of named outputs: inside functions TensorFlow refers to outputs by name, elsewhere by number. */

/** Operations with several named outputs (`output_arg` of their OpDef, in order). */
const namedOutputs: ReadonlyMap<string, readonly string[]> = new Map([
  ['FusedBatchNorm', ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2']],
  ['FusedBatchNormV2', ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2']],
  [
    'FusedBatchNormV3',
    ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'],
  ],
  ['Merge', ['output', 'value_index']],
  ['Switch', ['output_false', 'output_true']],
  ['TensorArrayV3', ['handle', 'flow']],
  ['TopKV2', ['values', 'indices']],
  ['Unique', ['y', 'idx']],
]);

/** Flat position of output `name:offset`; an operation with one (possibly list-valued) output needs no name. */
export function outputIndex(operation: string, name: string, offset: number): number {
  const position = namedOutputs.get(operation)?.indexOf(name) ?? 0;
  return Math.max(position, 0) + offset;
}
