/** Looks for a Python that has the packages of the tests that ask somebody else's programs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface WantedPython {
  /** What is imported. */
  readonly modules: readonly string[];
  /** The script that makes one. */
  readonly recipe: string;
  /** Of the environment; it names the program. */
  readonly variable: string;
}

/** For `serve.py` beside this file, and clients of TensorFlow Serving. */
const tensorflowPython: WantedPython = {
  modules: ['tensorflow', 'tensorflow_serving', 'grpc'],
  recipe: 'verification/reference/make-environment.sh',
  variable: 'FOVEA_PYTHON',
};

export type FoundPython =
  | { readonly program: string; readonly suffix: '' }
  | {
      readonly program: undefined;
      /** For the titles of what is skipped. */
      readonly suffix: string;
    };

/** The first of the one that is named, python3 and python; the modules are looked up, not loaded, which takes seconds. */
export async function findPython({
  modules,
  recipe,
  variable,
}: WantedPython = tensorflowPython): Promise<FoundPython> {
  const look =
    'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))';
  for (const program of [process.env[variable] ?? '', 'python3', 'python']) {
    if (program === '') continue;
    const found = await promisify(execFile)(program, ['-c', look, ...modules]).then(
      () => true,
      () => false,
    );
    if (found) return { program, suffix: '' };
  }
  const missing = `no Python with ${modules.join(', ')}; make one with ${recipe} and name it with ${variable}`;
  return { program: undefined, suffix: ` (skipped: ${missing})` };
}
