/** Every datatype that ONNX Runtime carries goes in and comes out as it was. */
import path from 'node:path';
import { expect } from 'chai';
import type { OnnxGraph } from '../../../../../converter/onnx/onnx-graph.ts';
import { writeOnnx } from '../../../../../converter/writers/onnx.ts';
import type { NumericElements, NumericTensor } from '../../../../../gateway/domain/tensor.ts';
import { openSession, writeTunedModule } from '../../../../../gateway/engines/onnx/onnx-session.ts';
import { TemporaryFolders } from '../../../../support/made-up-model.ts';

type CarriedDatatype = Exclude<NumericTensor['datatype'], 'bfloat16'>;

/** The ends of each range. */
const extremes: Readonly<Record<CarriedDatatype, NumericElements>> = {
  bool: Uint8Array.of(0, 1),
  uint8: Uint8Array.of(0, 255),
  int8: Int8Array.of(-128, 127),
  uint16: Uint16Array.of(0, 65535),
  int16: Int16Array.of(-32768, 32767),
  uint32: Uint32Array.of(0, 2 ** 32 - 1),
  int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  uint64: BigUint64Array.of(0n, 2n ** 64n - 1n),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  float16: Uint16Array.of(0x0001, 0xfbff),
  float32: Float32Array.of(2 ** -149, -3e38),
  float64: Float64Array.of(2 ** -1074, 1e308),
};

const isCarried = (name: string): name is CarriedDatatype => Object.hasOwn(extremes, name);
const carried = Object.keys(extremes).filter(isCarried);

/** Each input is an output as well, from the other end: rows in the opposite order. */
const graph: OnnxGraph = {
  inputs: carried.map((datatype) => ({ name: datatype, type: { datatype, shape: [null] } })),
  outputs: carried.map((datatype) => ({ name: `${datatype}_back`, value: `${datatype}_rows` })),
  nodes: carried.map((datatype) => ({
    operator: 'Gather',
    inputs: [datatype, 'order'],
    outputs: [`${datatype}_rows`],
    attributes: {},
    origin: datatype,
  })),
  constants: new Map([['order', { datatype: 'int64', shape: [2], elements: BigInt64Array.of(1n, 0n) }]]),
  types: new Map(carried.map((datatype) => [`${datatype}_rows`, { datatype, shape: [null] }])),
};

describe('onnx-session', () => {
  const folders = new TemporaryFolders();
  after(() => folders.remove());

  it('keeps every number of every datatype', async () => {
    const file = path.join(await folders.make(), 'graph.onnx');
    await writeTunedModule(writeOnnx(graph, 'all'), { graph: file, weightsName: 'weights' });
    const session = await openSession(file, { threads: 1, keepsMemory: false });
    const inputs = new Map(
      carried.map((datatype) => [datatype, { datatype, shape: [2], elements: extremes[datatype] }]),
    );
    const answers = await session.run(
      inputs,
      carried.map((datatype) => `${datatype}_back`),
    );
    for (const datatype of carried) {
      expect(answers.get(`${datatype}_back`), datatype).to.deep.equal({
        datatype,
        shape: [2],
        elements: extremes[datatype].slice().reverse(),
      });
    }
  });
});
