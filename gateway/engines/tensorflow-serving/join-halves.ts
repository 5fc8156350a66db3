/** Puts the answers to two halves of a request together. */
import type { Signature } from '../../domain/engine.ts';
import { joinRows } from '../../domain/join-rows.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { BackendFault } from './backend-fault.ts';

type Answer = ReadonlyMap<string, Tensor>;

/**
 * Outputs without a row a picture are the same in both halves. Of all of them it must be known whether they have rows.
 *
 * @param left holds the first rows; both have been checked against the signature
 * @throws BackendFault `failed` when rows of both do not fit together
 */
export function joinHalves({ outputs }: Signature, left: Answer, right: Answer): Answer {
  const joined = new Map(left);
  for (const { name, shape } of outputs) {
    const [first, second] = [left.get(name), right.get(name)];
    if (first !== undefined && second !== undefined && shape?.[0] === null) {
      joined.set(name, joinTensors(first, second));
    }
  }
  return joined;
}

function joinTensors(left: Tensor, right: Tensor): Tensor {
  if (left.datatype === 'string' || right.datatype === 'string') {
    const elements = [left, right].flatMap((part) => (part.datatype === 'string' ? part.elements : []));
    const [rows = 0, ...rest] = left.shape;
    return { datatype: 'string', shape: [rows + (right.shape[0] ?? 0), ...rest], elements };
  }
  try {
    return joinRows([left, right]);
  } catch (cause) {
    throw new BackendFault('failed', 'rows of another shape for another part of the request', { cause });
  }
}
