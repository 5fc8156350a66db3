/** Which memory of tensors may be handed to another thread instead of being copied. */
import type { Tensor } from '../../domain/tensor.ts';

/** Buffers of numeric tensors, each once; only for tensors that the caller will not touch again. */
export function elementBuffers(tensors: Iterable<Tensor>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const tensor of tensors) {
    if (tensor.datatype !== 'string' && tensor.elements.buffer instanceof ArrayBuffer) {
      buffers.add(tensor.elements.buffer);
    }
  }
  return [...buffers];
}
