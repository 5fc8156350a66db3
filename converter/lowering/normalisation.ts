/** Batch normalisation and biases: one number a channel. */
import { float } from '../onnx/onnx-graph.ts';
import { inChannelsFirst, isChannelsFirst } from './layout.ts';
import type { Lowering, Lowerings } from './lowering.ts';

/** `is_training` defaults to true in the OpDef, but a served graph states false; true would use the batch's own mean. */
const batchNormalisation: Lowering = (context) => {
  if (context.flag('is_training', true)) throw context.unsupported('normalises by the batch it is given');
  const attributes = { epsilon: float(context.float('epsilon', 1e-4)) };
  const parameters = [1, 2, 3, 4].map((index) => context.input(index));
  const normalised = inChannelsFirst(context, context.input(0), (value) =>
    context.builder.emit('BatchNormalization', [value, ...parameters], attributes),
  );
  return [normalised];
};

/** Bias [C] along the channel axis. */
const bias: Lowering = (context) => {
  const { builder } = context;
  if (!isChannelsFirst(context)) return [builder.emit('Add', [context.input(0), context.input(1)])];
  const spatial = Array.from({ length: context.rank(0) - 2 }, (_, axis) => axis + 1);
  const column = builder.emit('Unsqueeze', [context.input(1), builder.integers(spatial)]);
  return [builder.emit('Add', [context.input(0), column])];
};

export const normalisations: Lowerings = {
  FusedBatchNorm: batchNormalisation,
  FusedBatchNormV2: batchNormalisation,
  FusedBatchNormV3: batchNormalisation,
  BiasAdd: bias,
};
