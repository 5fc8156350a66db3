/** Looks for a Python that has TensorFlow. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const missingTensorflow =
  'no Python with tensorflow here; name one with FOVEA_PYTHON (pip install tensorflow-cpu)';

/** A program, by path or by a name on the PATH. */
export async function pythonWithTensorflow(): Promise<string | undefined> {
  const candidates = [process.env['FOVEA_PYTHON'], 'python3', 'python'];
  for (const program of candidates.filter((name) => name !== undefined)) {
    const found = await promisify(execFile)(program, ['-c', 'import tensorflow']).then(
      () => true,
      () => false,
    );
    if (found) return program;
  }
  return undefined;
}
