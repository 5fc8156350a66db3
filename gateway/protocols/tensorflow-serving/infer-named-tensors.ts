/** Runs what `Predict` asks for; a list of plain numbers stands for rows of one number, as a graph of TensorFlow takes it. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { OutputSpecification, Signature } from '../../domain/engine.ts';
import type { Tensor, TensorHead } from '../../domain/tensor.ts';
import type { TensorInference, TensorRequest, TensorTarget } from '../../inference/tensor-inference.ts';

/**
 * TensorFlow feeds [N] to a graph that was made for [N,1] and answers [N]: the first curl line of its documentation is
 * such a call. Where all inputs and outputs of a signature have the shape [?,1], it is the same here.
 *
 * @throws ServingError of the kinds of `TensorInference.infer`
 */
export async function inferNamedTensors(
  inference: TensorInference,
  { target, ...request }: TensorRequest & { readonly target: TensorTarget },
  signal: CallerSignal,
): Promise<ReadonlyMap<string, Tensor>> {
  if (!areListsForRows(target.signature, request.inputs)) return inference.infer(target, request, signal);
  const inputs = reshaped(request.inputs, ({ shape }) => [...shape, 1]);
  const outputs = await inference.infer(target, { ...request, inputs }, signal);
  return reshaped(outputs, ({ shape }) => (shape.length === 2 && shape[1] === 1 ? shape.slice(0, 1) : shape));
}

/** What is known of an input before it is read, as `inferNamedTensors` will pass it on. */
export function namedHead(signature: Signature, head: TensorHead): TensorHead {
  const isList = head.shape.length === 1 && isRowsOfOneNumber(signature);
  return isList ? { ...head, shape: [...head.shape, 1] } : head;
}

function areListsForRows(signature: Signature, given: TensorRequest['inputs']): boolean {
  return isRowsOfOneNumber(signature) && [...given.values()].every(({ shape }) => shape.length === 1);
}

function isRowsOfOneNumber({ inputs, outputs }: Signature): boolean {
  return inputs.every(isOneNumberARow) && outputs.every(isOneNumberARow);
}

function isOneNumberARow({ datatype, shape = [] }: OutputSpecification): boolean {
  const [rows, size, ...more] = shape;
  return datatype !== 'string' && rows === null && size === 1 && more.length === 0;
}

function reshaped(
  tensors: ReadonlyMap<string, Tensor>,
  shapeOf: (tensor: Tensor) => Tensor['shape'],
): ReadonlyMap<string, Tensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, shape: shapeOf(tensor) }]));
}
