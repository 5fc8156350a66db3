/** A model small enough to build in milliseconds whose answers can be told from its input by head. */
import type { OnnxGraph, OnnxNode, ValueType } from '../../converter/onnx/onnx-graph.ts';
import { integer } from '../../converter/onnx/onnx-graph.ts';
import type { CompiledModel } from '../../converter/program.ts';
import { writeOnnx } from '../../converter/writers/onnx.ts';
import type { NumericTensor } from '../../gateway/domain/tensor.ts';

type Values = Record<string, ValueType>;

function node(
  operator: string,
  inputs: string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { operator, inputs, outputs: [output], attributes, origin: output };
}

function moduleOf(
  inputs: Values,
  nodes: OnnxNode[],
  outputs: Values,
  constants: Record<string, NumericTensor> = {},
) {
  const graph: OnnxGraph = {
    inputs: Object.entries(inputs).map(([name, type]) => ({ name, type })),
    outputs: Object.keys(outputs).map((name) => ({ name, value: `${name}_value` })),
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(Object.entries(outputs).map(([name, type]) => [`${name}_value`, type])),
  };
  return writeOnnx(graph, 'tiny');
}

const indices = (...values: number[]): NumericTensor => ({
  datatype: 'int64',
  shape: [values.length],
  elements: BigInt64Array.from(values, BigInt),
});

/** Pixels to the mean of each channel, 0 to 255. */
const prepare = moduleOf(
  { pixels: { datatype: 'uint8', shape: [null, null, 3] } },
  [
    node('Cast', ['pixels'], 'numbers', { to: integer(1) }),
    node('ReduceMean', ['numbers', 'area'], 'means', { keepdims: integer(0) }),
    node('Unsqueeze', ['means', 'first'], 'prepared_value'),
  ],
  { prepared: { datatype: 'float32', shape: [1, 3] } },
  { area: indices(0, 1), first: indices(0) },
);

/** The strongest channel and the means themselves. */
const network = moduleOf(
  { prepared: { datatype: 'float32', shape: [null, 3] } },
  [
    node('ArgMax', ['prepared'], 'classes_value', { axis: integer(1), keepdims: integer(0) }),
    node('Identity', ['prepared'], 'scores_value'),
  ],
  { classes: { datatype: 'int64', shape: [null] }, scores: { datatype: 'float32', shape: [null, 3] } },
);

/** Rows of a table by index; an index beyond it makes the runtime itself fail. */
const lookup = moduleOf(
  { index: { datatype: 'int64', shape: [null] } },
  [node('Gather', ['table', 'index'], 'found_value', { axis: integer(0) })],
  { found: { datatype: 'float32', shape: [null] } },
  { table: { datatype: 'float32', shape: [4], elements: Float32Array.of(10, 20, 30, 40) } },
);

export function tinyModel(): CompiledModel {
  return {
    programs: [
      {
        kind: 'picture',
        signature: {
          name: 'serving_default',
          inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null] }],
          outputs: [
            { name: 'classes', datatype: 'int64', shape: [null] },
            { name: 'scores', datatype: 'float32', shape: [null, 3] },
          ],
        },
        pictureInput: 'image_bytes',
        decoder: { dct: 'fast', channels: 3 },
        prepare: 'prepare-0',
        network: 'network-0',
        networkInput: 'prepared',
      },
      {
        kind: 'tensor',
        signature: {
          name: 'lookup',
          inputs: [{ name: 'index', datatype: 'int64', shape: [null] }],
          outputs: [{ name: 'found', datatype: 'float32', shape: [null] }],
        },
        network: 'network-1',
      },
    ],
    modules: new Map([
      ['prepare-0', prepare],
      ['network-0', network],
      ['network-1', lookup],
    ]),
    skipped: new Map([['train', 'Training is not inference.']]),
  };
}
