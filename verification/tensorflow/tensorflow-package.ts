/** Finds TensorFlow for Node.js, which this package installs for nobody, and loads it when it is asked for. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTensorflow, type Tensorflow } from './tensorflow-binding.ts';

const onGpu = '@tensorflow/tfjs-node-gpu';
const onCpu = '@tensorflow/tfjs-node';

/** One sentence: what is missing and how to get it. */
export const missingTensorflow =
  'TensorFlow for Node.js is not installed; run "npm install --prefix FOLDER @tensorflow/tfjs-node" ' +
  '(tfjs-node-gpu with an NVIDIA GPU) and name the folder with FOVEA_TFJS.';

export interface LoadedTensorflow {
  readonly tensorflow: Tensorflow;
  /** Of the two packages, the one that was loaded. */
  readonly packageName: string;
}

/**
 * Looks in the folder that FOVEA_TFJS names, then beside this package; the GPU's package only where there is a GPU.
 *
 * @returns `undefined` when neither package is there
 * @throws Error when one is there but cannot be loaded, which is mostly an install script that did not run
 */
export async function loadTensorflow(): Promise<LoadedTensorflow | undefined> {
  const found = findPackage();
  if (found === undefined) return undefined;
  // Its C++ side tells every step of loading a model otherwise.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const { packageName, file } = found;
  const imported: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new Error(`${packageName} is installed but does not load; install it anew with its scripts.`, {
      cause,
    });
  });
  const tensorflow = defaultOf(imported);
  if (!isTensorflow(tensorflow)) throw new Error(`${packageName} is not the package that is expected here.`);
  return { tensorflow, packageName };
}

/** Whether one of the packages is installed, told without loading it. */
export function isTensorflowInstalled(): boolean {
  return findPackage() !== undefined;
}

function findPackage(): { readonly packageName: string; readonly file: string } | undefined {
  const named = process.env['FOVEA_TFJS'] ?? '';
  const folders = [...(named === '' ? [] : [path.resolve(named)]), path.resolve()];
  for (const packageName of hasGpu() ? [onGpu, onCpu] : [onCpu]) {
    for (const folder of folders) {
      try {
        const file = createRequire(path.join(folder, 'package.json')).resolve(packageName);
        return { packageName, file };
      } catch {
        // Not there; the next place may have it.
      }
    }
  }
  return undefined;
}

/** Of NVIDIA, the only one TensorFlow computes on here: by the device of its driver, on Linux and in Linux on Windows. */
function hasGpu(): boolean {
  return ['/dev/nvidiactl', '/dev/dxg'].some((device) => existsSync(device));
}

/** A CommonJS module arrives as the default export. */
function defaultOf(imported: unknown): unknown {
  return typeof imported === 'object' && imported !== null && 'default' in imported
    ? imported.default
    : imported;
}
