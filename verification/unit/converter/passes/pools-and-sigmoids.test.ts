/** Paddings move into poolings and clipped sums become hard sigmoids only where the numbers stay the same. */
import { expect } from 'chai';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { integers, type OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { emitPad } from '../../../../converter/onnx/pad-operator.ts';
import { hardenSigmoids } from '../../../../converter/passes/harden-sigmoids.ts';
import { padInsidePools } from '../../../../converter/passes/pad-inside-pools.ts';
import { writeOnnx } from '../../../../converter/writers/onnx.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';

const shape = [1, 2, 5, 4];
/** From −4 to 4, so that a rectified padding and a plain one differ. */
const numbers = Float32Array.from({ length: 40 }, (_, index) => ((index * 7) % 40) / 5 - 4);

type Write = (builder: GraphBuilder, x: string) => string;

function graphOf(write: Write): OnnxGraph {
  const builder = new GraphBuilder();
  const x = builder.input('x', { datatype: 'float32', shape });
  return builder.finish([{ name: 'y', value: write(builder, x) }]);
}

const operators = ({ nodes }: OnnxGraph): readonly string[] => nodes.map(({ operator }) => operator);

async function answer(graph: OnnxGraph): Promise<readonly number[]> {
  const session = await openSession(writeOnnx(graph, 'test'));
  const answers = await runSession(
    session,
    new Map([['x', { datatype: 'float32', shape, elements: numbers }]]),
  );
  await session.release();
  return Array.from(answers.get('y')?.elements ?? [], Number);
}

/** The operators that are left, after a check that the numbers are. */
async function rewritten(pass: (graph: OnnxGraph) => OnnxGraph, write: Write): Promise<readonly string[]> {
  const plain = graphOf(write);
  const changed = pass(plain);
  const expected = await answer(plain);
  const given = await answer(changed);
  expect(given).to.have.length(expected.length);
  for (const [index, value] of expected.entries()) expect(given[index]).to.be.closeTo(value, 1e-6);
  return operators(changed);
}

const scalar = (builder: GraphBuilder, value: number): string =>
  builder.constant(constantOf('float32', [], [value]));

function padded(builder: GraphBuilder, value: string, fill = 0): string {
  const amounts = builder.integers([0, 0, 1, 0, 0, 0, 1, 2]);
  return emitPad(builder, value, { amounts, fill: scalar(builder, fill), mode: 'constant' });
}

const pooled = (builder: GraphBuilder, operator: string, value: string, pads = [0, 0, 0, 0]): string =>
  builder.emit(operator, [value], {
    kernel_shape: integers([3, 3]),
    strides: integers([2, 1]),
    pads: integers(pads),
  });

describe('padding inside pools', () => {
  it('joins a maximum of rectified numbers, also one that pads already', async () => {
    for (const pads of [undefined, [1, 0, 0, 0]]) {
      const left = await rewritten(padInsidePools, (builder, x) =>
        pooled(builder, 'MaxPool', padded(builder, builder.emit('Relu', [x])), pads),
      );
      expect(left).to.deep.equal(['Relu', 'MaxPool']);
    }
  });

  it('joins an average, which then counts the zeros', async () => {
    const left = await rewritten(padInsidePools, (builder, x) =>
      pooled(builder, 'AveragePool', padded(builder, x)),
    );
    expect(left).to.deep.equal(['AveragePool']);
  });

  it('stays before a maximum of numbers that may be negative', async () => {
    const left = await rewritten(padInsidePools, (builder, x) =>
      pooled(builder, 'MaxPool', padded(builder, x)),
    );
    expect(left).to.deep.equal(['Pad', 'MaxPool']);
  });

  it('stays where it is not of zeros, where the average pads itself, and where it is as wide as the window', async () => {
    const ones = await rewritten(padInsidePools, (builder, x) =>
      pooled(builder, 'MaxPool', padded(builder, builder.emit('Relu', [x]), 1)),
    );
    expect(ones).to.deep.equal(['Relu', 'Pad', 'MaxPool']);
    const twice = await rewritten(padInsidePools, (builder, x) =>
      pooled(builder, 'AveragePool', padded(builder, x), [1, 0, 0, 0]),
    );
    expect(twice).to.deep.equal(['Pad', 'AveragePool']);
    const wide = await rewritten(padInsidePools, (builder, x) =>
      pooled(builder, 'MaxPool', padded(builder, builder.emit('Relu', [x])), [0, 0, 0, 1]),
    );
    expect(wide).to.deep.equal(['Relu', 'Pad', 'MaxPool']);
  });
});

describe('hard sigmoids', () => {
  const clipped = (builder: GraphBuilder, value: string, low = 0, high = 6): string =>
    builder.emit('Clip', [value, scalar(builder, low), scalar(builder, high)]);

  it('come from a clipped sum that is divided, with the swish that multiplies by it', async () => {
    const left = await rewritten(hardenSigmoids, (builder, x) => {
      const sum = builder.emit('Add', [scalar(builder, 3), x]);
      const gate = builder.emit('Div', [clipped(builder, sum), scalar(builder, 6)]);
      return builder.emit('Mul', [x, gate]);
    });
    expect(left).to.deep.equal(['HardSigmoid', 'Mul']);
  });

  it('come from a clip alone and from a product with the rounded inverse', async () => {
    const left = await rewritten(hardenSigmoids, (builder, x) =>
      builder.emit('Mul', [scalar(builder, 1 / 6), clipped(builder, x)]),
    );
    expect(left).to.deep.equal(['HardSigmoid']);
  });

  it('leave alone what clips elsewhere, scales to another top, or has another reader', async () => {
    const low = await rewritten(hardenSigmoids, (builder, x) =>
      builder.emit('Div', [clipped(builder, x, -1), scalar(builder, 6)]),
    );
    expect(low).to.deep.equal(['Clip', 'Div']);
    const top = await rewritten(hardenSigmoids, (builder, x) =>
      builder.emit('Div', [clipped(builder, x), scalar(builder, 3)]),
    );
    expect(top).to.deep.equal(['Clip', 'Div']);
    const inverted = await rewritten(hardenSigmoids, (builder, x) => {
      const positive = builder.emit('Add', [builder.emit('Abs', [x]), scalar(builder, 1)]);
      return builder.emit('Div', [scalar(builder, 6), clipped(builder, positive)]);
    });
    expect(inverted).to.deep.equal(['Abs', 'Add', 'Clip', 'Div']);
    const shared = await rewritten(hardenSigmoids, (builder, x) => {
      const clip = clipped(builder, x);
      return builder.emit('Add', [builder.emit('Div', [clip, scalar(builder, 6)]), clip]);
    });
    expect(shared).to.deep.equal(['Clip', 'HardSigmoid', 'Add']);
  });
});
