/** Looks into a SavedModel: its signatures, operations, variables, and the work it does once compiled. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { elementCount } from '../../gateway/domain/tensor.ts';
import { compileSavedModel } from '../compile-saved-model.ts';
import { readOnnx } from '../readers/onnx/read-onnx.ts';
import { readSavedModel } from '../readers/saved-model/read-saved-model.ts';
import type { SignatureDefinition, TensorFlowNode } from '../readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import { countedOperations, type InspectedSignature, type ModelInspection } from './model-inspection.ts';
import { countMultiplyAdds, type MultiplyAdds } from './multiply-adds.ts';
import { reachedNodes } from './reached-nodes.ts';

const variableOperations: ReadonlySet<string> = new Set(['VarHandleOp', 'VariableV2', 'Variable']);
/** Begin the names of signatures that prepare the model and answer nothing. */
const internal = '__saved_model_';

/** @throws UnsupportedModel when the folder holds no SavedModel that can be read. */
export async function inspectSavedModel(folder: string): Promise<ModelInspection> {
  const { graph } = await readSavedModel(folder);
  const signatures = [...graph.signatures.values()].filter(({ name }) => !name.startsWith(internal));
  const nodes = reachedNodes(
    graph,
    signatures.flatMap(({ outputs }) => outputs.map(({ reference }) => reference)),
  );
  const work = await workOf(folder);
  return {
    format: 'SavedModel',
    facts: new Map([['TensorFlow', graph.producer]]),
    signatures: signatures.map(inspectedSignature),
    operations: countedOperations(nodes.map(({ operation }) => operation)),
    parameters: parameterCount(nodes),
    bytes: await bytesIn(folder),
    multiplyAdds: work.multiplyAdds,
    notes: work.notes,
  };
}

function inspectedSignature({ name, inputs, outputs }: SignatureDefinition): InspectedSignature {
  return { name, inputs, outputs };
}

/** Variables, or the weights of a frozen graph, which are constants. */
function parameterCount(nodes: readonly TensorFlowNode[]): number {
  const variables = nodes.filter(({ operation }) => variableOperations.has(operation)).map(variableSize);
  if (variables.length > 0) return variables.reduce((sum, size) => sum + size, 0);
  return nodes.reduce((sum, { attributes }) => {
    const value = attributes.get('value');
    const isFloat = value?.kind === 'tensor' && value.value.datatype.startsWith('float');
    return sum + (isFloat ? value.value.elements.length : 0);
  }, 0);
}

function variableSize({ attributes }: TensorFlowNode): number {
  const shape = attributes.get('shape');
  return shape?.kind === 'shape' ? elementCount((shape.value ?? [0]).map((size) => size ?? 0)) : 0;
}

interface Work {
  readonly multiplyAdds: MultiplyAdds | undefined;
  readonly notes: readonly string[];
}

/** Counted in the network as it is run: TensorFlow's own graph says few sizes. */
async function workOf(folder: string): Promise<Work> {
  try {
    const { programs, modules, skipped } = await compileSavedModel(folder);
    const bytes = modules.get(programs[0]?.network ?? '');
    return {
      multiplyAdds: bytes && countMultiplyAdds(readOnnx(bytes).graph),
      notes: [...skipped].map(([name, reason]) => `The signature ${name} cannot be run here: ${reason}`),
    };
  } catch (error) {
    if (!(error instanceof UnsupportedModel)) throw error;
    return { multiplyAdds: undefined, notes: [`It cannot be run here: ${error.message}`] };
  }
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
