/** Looks into an ONNX file: its ends, operators, weights and the work it does. */
import { readFile, stat } from 'node:fs/promises';
import type { OnnxGraph, ValueType } from '../onnx/onnx-graph.ts';
import { readOnnx } from '../readers/onnx/read-onnx.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import { countedOperations, type InspectedTensor, type ModelInspection } from './model-inspection.ts';
import { countMultiplyAdds } from './multiply-adds.ts';

/** Protobuf itself ends here. */
const largestFile = 2 ** 31;

/** @throws UnsupportedModel when the file is no ONNX model, is damaged, or keeps its weights elsewhere. */
export async function inspectOnnx(file: string): Promise<ModelInspection> {
  const { size } = await stat(file);
  if (size > largestFile) throw new UnsupportedModel('The ONNX file is larger than the format allows.');
  const { graph, producer, operatorSet, lost } = readOnnx(await readFile(file));
  const tensor = (name: string, type: ValueType | undefined): InspectedTensor => ({
    name,
    datatype: type?.datatype ?? 'unknown',
    shape: type?.shape,
  });
  return {
    format: 'ONNX',
    facts: new Map([
      ['written by', producer === '' ? 'unknown' : producer],
      ['operator set', String(operatorSet)],
    ]),
    signatures: [
      {
        name: 'graph',
        inputs: graph.inputs.map(({ name, type }) => tensor(name, type)),
        outputs: graph.outputs.map(({ name, value }) =>
          tensor(name, graph.types.get(name) ?? graph.types.get(value)),
        ),
      },
    ],
    operations: countedOperations(graph.nodes.map(({ operator }) => operator)),
    parameters: parameterCount(graph),
    bytes: size,
    multiplyAdds: countMultiplyAdds(graph),
    notes: lost.length === 0 ? [] : [`Not looked into: ${lost.join(', ')}.`],
  };
}

/** Integers are shapes and axes, unless the model is quantised and keeps its weights in single bytes. */
export function parameterCount({ constants }: OnnxGraph): number {
  let count = 0;
  for (const { datatype, elements } of constants.values()) {
    if (datatype.startsWith('float') || datatype === 'int8' || datatype === 'uint8') count += elements.length;
  }
  return count;
}
