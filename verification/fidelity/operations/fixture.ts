/** Reads a fixture's recorded runs: inputs by name and what TensorFlow answered. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { allocate } from '../../../converter/onnx/constants.ts';
import { isNumeric } from '../../../converter/lowering/lowering.ts';
import { elementCount, type Tensor } from '../../../gateway/domain/tensor.ts';

export interface RecordedRun {
  readonly signature: string;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** How far each float may be from TensorFlow's; 1e-5 of the largest one when absent. */
  readonly tolerance: number | undefined;
}

/** Below the repository's root, wherever the compiled test lies. */
export const fixturesFolder = path.resolve('verification', 'fidelity', 'operations', 'fixtures');

/** @param root where the family's folder lies. */
export async function readRuns(family: string, root = fixturesFolder): Promise<readonly RecordedRun[]> {
  const text = await readFile(path.join(root, family, 'runs.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error(`${family}/runs.json is not a list`);
  return parsed.map((entry: unknown) => {
    const run = record(entry);
    return {
      signature: String(run['signature']),
      inputs: tensors(run['inputs']),
      outputs: tensors(run['outputs']),
      tolerance: typeof run['tolerance'] === 'number' ? run['tolerance'] : undefined,
    };
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('not a list');
  return value;
}

function tensors(value: unknown): ReadonlyMap<string, Tensor> {
  return new Map(Object.entries(record(value)).map(([name, entry]) => [name, tensor(record(entry))]));
}

function tensor(entry: Readonly<Record<string, unknown>>): Tensor {
  const shape = list(entry['shape']).map(Number);
  const datatype = String(entry['datatype']);
  if (datatype === 'string') {
    const elements = list(entry['strings']).map(
      (text) => new Uint8Array(Buffer.from(String(text), 'base64')),
    );
    return { datatype, shape, elements };
  }
  if (!isNumeric(datatype)) throw new Error(`unknown datatype ${datatype}`);
  const elements = allocate(datatype, elementCount(shape));
  new Uint8Array(elements.buffer).set(Buffer.from(String(entry['base64']), 'base64'));
  return { datatype, shape, elements };
}
