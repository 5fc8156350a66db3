/** Opens an ONNX file and runs it once: the proof that the runtime takes it, and the answer. */
import type { NumericTensor } from '../../domain/tensor.ts';
import { openSession } from './onnx-session.ts';

/**
 * Rejects with the runtime's own error when the file is no valid model or the inputs do not fit it.
 *
 * @param outputs names of the outputs wanted.
 */
export async function runOnnxFile(
  file: string,
  inputs: ReadonlyMap<string, NumericTensor>,
  outputs: readonly string[],
): Promise<ReadonlyMap<string, NumericTensor>> {
  const session = await openSession(file, { threads: 1, keepsMemory: false });
  return session.run(inputs, outputs);
}
