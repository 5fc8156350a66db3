/** Looks for a Python that has the packages of the tests that ask somebody else's programs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What `serve.py` beside this file, and the clients in verification/clients, import. */
const modules = ['tensorflow', 'tensorflow_serving', 'grpc'];

const missing =
  'skipped: no Python with tensorflow and tensorflow-serving-api; ' +
  'make one with verification/reference/make-environment.sh and name it with FOVEA_PYTHON';

export type FoundPython =
  | { readonly program: string; readonly suffix: '' }
  | {
      readonly program: undefined;
      /** For the titles of what is skipped. */
      readonly suffix: string;
    };

/** The first of FOVEA_PYTHON, python3 and python; the packages are looked up, not loaded, which would take seconds. */
export async function findPython(): Promise<FoundPython> {
  const look =
    'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))';
  for (const program of [process.env['FOVEA_PYTHON'] ?? '', 'python3', 'python']) {
    if (program === '') continue;
    const found = await promisify(execFile)(program, ['-c', look, ...modules]).then(
      () => true,
      () => false,
    );
    if (found) return { program, suffix: '' };
  }
  return { program: undefined, suffix: ` (${missing})` };
}
