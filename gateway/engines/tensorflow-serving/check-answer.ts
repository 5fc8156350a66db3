/** Holds an answer of a backend against the signature that was asked. */
import { elementCount } from '../../domain/tensor.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { Question } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';

/**
 * The wanted outputs, in the order of the signature.
 *
 * @throws BackendFault `failed` when one is missing, has another datatype or shape than the signature says, or not as many elements as its shape
 */
export function checkedAnswer(
  answer: ReadonlyMap<string, Tensor>,
  { signature, outputs, rows }: Pick<Question, 'signature' | 'outputs' | 'rows'>,
): ReadonlyMap<string, Tensor> {
  const checked = new Map<string, Tensor>();
  for (const { name, datatype, shape } of signature.outputs) {
    if (!outputs.includes(name)) continue;
    const tensor = answer.get(name);
    if (tensor === undefined) throw unfit(name, 'is missing');
    if (tensor.datatype !== datatype) throw unfit(name, `is ${tensor.datatype}, not ${datatype}`);
    const expected = shape?.map((size, axis) => size ?? (axis === 0 ? rows : undefined));
    if (expected !== undefined && !isOfShape(tensor, expected)) {
      throw unfit(name, `has the shape [${tensor.shape.join()}], not [${expected.join()}]`);
    }
    if (tensor.elements.length !== elementCount(tensor.shape)) throw unfit(name, 'lacks elements');
    checked.set(name, tensor);
  }
  return checked;
}

const isOfShape = ({ shape }: Tensor, expected: readonly (number | undefined)[]): boolean =>
  shape.length === expected.length && shape.every((size, axis) => size === (expected[axis] ?? size));

function unfit(name: string, what: string): BackendFault {
  return new BackendFault('failed', `the output ${name} ${what}`);
}
