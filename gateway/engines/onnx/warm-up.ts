/** The first job of every worker: proves that decoder and sessions work, and makes them allocate what they need. */
import type { SignatureProgram } from '../../../converter/program.ts';
import type { NumericTensor } from '../../domain/tensor.ts';
import { warmUpPicture, zeroTensor } from '../../domain/warm-up-inputs.ts';
import type { Job } from './messages.ts';

/** `undefined` when nobody can know an input that the model takes: sizes other than the number of rows are open. */
export function warmUpJob(program: SignatureProgram): Job | undefined {
  const { name: signature } = program.signature;
  const outputs = program.signature.outputs.map(({ name }) => name);
  if (program.kind === 'picture') return { kind: 'picture', signature, pictures: [warmUpPicture], outputs };
  const inputs = new Map<string, NumericTensor>();
  for (const specification of program.signature.inputs) {
    const tensor = zeroTensor(specification);
    if (tensor.datatype === 'string' || specification.shape.slice(1).includes(null)) return undefined;
    inputs.set(specification.name, tensor);
  }
  return { kind: 'tensor', signature, inputs, outputs };
}
