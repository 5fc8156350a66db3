/** The written file keeps public names, and signatures that compute the same share a module. */
import { expect } from 'chai';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import type { OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { writeOnnx } from '../../../../converter/writers/onnx.ts';
import { SharedModules } from '../../../../converter/writers/shared-modules.ts';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { readOnnx } from './read-onnx.ts';

function plusOne(outputName: string, origin = 'model/add'): OnnxGraph {
  const builder = new GraphBuilder();
  const x = builder.input('add_2', { datatype: 'float32', shape: [null, 2] });
  builder.origin = origin;
  const sum = builder.emit('Add', [x, builder.constant(constantOf('float32', [], [1]))]);
  return builder.finish([{ name: outputName, value: sum }]);
}

describe('the ONNX writer', () => {
  it('keeps the names of inputs and outputs where the compiler uses them too', async () => {
    for (const name of ['constant_1', 'add_2_', '_constant_1', 'add_3']) {
      const bytes = writeOnnx(plusOne(name), 'test');
      expect(readOnnx(bytes).inputs).to.deep.equal(['add_2']);
      expect(readOnnx(bytes).outputs).to.deep.equal([name]);
      const session = await openSession(bytes);
      const elements = Float32Array.of(1, 2);
      const answers = await runSession(
        session,
        new Map([['add_2', { datatype: 'float32', shape: [1, 2], elements }]]),
      );
      expect(answers.get(name)?.elements).to.deep.equal(Float32Array.of(2, 3));
    }
  });

  it('names a node for where it comes from, without the calls around it', () => {
    const [node] = readOnnx(writeOnnx(plusOne('y', 'serve:inner:model/add'), 'test')).nodes;
    expect(node?.name).to.match(/^model\/add\//);
  });

  it('stores one module for graphs that differ in their calls only', () => {
    const modules = new SharedModules();
    const names = [plusOne('y', 'serve:a'), plusOne('y', 'other:a'), plusOne('z', 'serve:a')].map((graph) =>
      modules.add('network', graph),
    );
    expect(names).to.deep.equal(['network-0', 'network-0', 'network-1']);
    expect([...modules.byName.keys()]).to.deep.equal(['network-0', 'network-1']);
  });
});
