/** What the builder computes and infers at compile time is what ONNX Runtime computes at run time. */
import { expect } from 'chai';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { integer, integers, type OnnxAttributes } from '../../../../converter/onnx/onnx-graph.ts';
import { onnxDatatypes } from '../../../../converter/onnx/infer-type.ts';
import { writeOnnx } from '../../../../converter/writers/onnx.ts';
import { elementCount, type NumericDatatype, type NumericTensor } from '../../../../gateway/domain/tensor.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { seeded } from '../../../support/seeded.ts';
import { randomGraph } from '../passes/random-graph.ts';

interface Case {
  readonly operator: string;
  /** The first inputs are data; they become constants, or inputs of the graph. */
  readonly data: readonly NumericTensor[];
  /** Further inputs, which are constants in either graph. */
  readonly parameters?: readonly NumericTensor[];
  readonly attributes?: OnnxAttributes;
}

const random = seeded(5);

function numbers(datatype: NumericDatatype, shape: readonly number[]): NumericTensor {
  const values = Array.from({ length: elementCount(shape) }, () => random() * 16 - 6);
  const isFloat = datatype.startsWith('float');
  return constantOf(datatype, shape, isFloat ? values : values.map((value) => Math.trunc(value) || 3));
}

const vector = (...values: readonly number[]): NumericTensor => constantOf('int64', [values.length], values);
const float = (...shape: readonly number[]): NumericTensor => numbers('float32', shape);

const binaryOperators = [
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Min',
  'Max',
  'Less',
  'Greater',
  'LessOrEqual',
  'GreaterOrEqual',
  'Equal',
];
const cases: readonly Case[] = [
  ...binaryOperators.map((operator) => ({ operator, data: [float(2, 1, 4), float(3, 1)] })),
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Equal'].flatMap((operator) =>
    (['int32', 'int64'] as const).map((datatype) => ({
      operator,
      data: [numbers(datatype, [3, 4]), numbers(datatype, [4])],
    })),
  ),
  ...['Neg', 'Abs', 'Floor', 'Ceil', 'Exp', 'Reciprocal'].map((operator) => ({
    operator,
    data: [float(3, 3)],
  })),
  ...['Sqrt', 'Log'].map((operator) => ({ operator, data: [constantOf('float32', [3], [0.25, 1, 7])] })),
  { operator: 'Not', data: [constantOf('bool', [3], [0, 1, 0])] },
  { operator: 'And', data: [constantOf('bool', [2], [0, 1]), constantOf('bool', [2, 1], [1, 0])] },
  { operator: 'Or', data: [constantOf('bool', [2], [0, 1]), constantOf('bool', [2, 1], [1, 0])] },
  { operator: 'Pow', data: [constantOf('float32', [2], [2, 3]), float(2)] },
  { operator: 'Cast', data: [float(7)], attributes: { to: integer(onnxDatatypes.int32) } },
  { operator: 'Cast', data: [float(7)], attributes: { to: integer(onnxDatatypes.bool) } },
  { operator: 'Cast', data: [numbers('int64', [7])], attributes: { to: integer(onnxDatatypes.float32) } },
  { operator: 'Transpose', data: [float(2, 3, 4)], attributes: { perm: integers([2, 0, 1]) } },
  { operator: 'Reshape', data: [float(2, 3, 4)], parameters: [vector(4, -1)] },
  { operator: 'Squeeze', data: [float(2, 1, 4, 1)], parameters: [vector(-3)] },
  { operator: 'Unsqueeze', data: [float(2, 3)], parameters: [vector(-1, 0)] },
  { operator: 'Expand', data: [float(3, 1)], parameters: [vector(2, 1, 4)] },
  { operator: 'Concat', data: [float(2, 1, 3), float(2, 2, 3)], attributes: { axis: integer(-2) } },
  {
    operator: 'Concat',
    data: [numbers('int64', [2]), numbers('int64', [3])],
    attributes: { axis: integer(0) },
  },
  {
    operator: 'Gather',
    data: [float(3, 4, 2)],
    parameters: [constantOf('int64', [2, 2], [3, 0, -1, 1])],
    attributes: { axis: integer(1) },
  },
  ...[
    [1, 3, 1],
    [0, 99, 2],
    [-2, -1, 1],
    [4, -99, -1],
    [99, 0, -2],
    [-1, 2, -1],
    [3, 3, 1],
  ].map(([start = 0, end = 0, step = 1]) => ({
    operator: 'Slice',
    data: [float(2, 5)],
    parameters: [vector(start), vector(end), vector(-1), vector(step)],
  })),
  {
    operator: 'ReduceProd',
    data: [numbers('int64', [4])],
    parameters: [vector(0)],
    attributes: { keepdims: integer(0) },
  },
];

describe('the graph builder', function () {
  this.timeout(30_000);

  it('folds constants to what ONNX Runtime computes', async () => {
    const wrong: string[] = [];
    for (const [index, { operator, data, parameters = [], attributes = {} }] of cases.entries()) {
      const folding = new GraphBuilder();
      const folded = folding.constantOf(
        folding.emit(
          operator,
          [...data, ...parameters].map((tensor) => folding.constant(tensor)),
          attributes,
        ),
      );
      const running = new GraphBuilder();
      const inputs = data.map(({ datatype, shape }, position) =>
        running.input(`i${position}`, { datatype, shape }),
      );
      const value = running.emit(
        operator,
        [...inputs, ...parameters.map((tensor) => running.constant(tensor))],
        attributes,
      );
      const session = await openSession(writeOnnx(running.finish([{ name: 'o', value }]), 'test'));
      const answers = await runSession(
        session,
        new Map(data.map((tensor, position) => [`i${position}`, tensor])),
      );
      await session.release();
      const expected = answers.get('o');
      const close =
        folded?.elements.length === expected?.elements.length &&
        Array.from<number | bigint, number>(folded?.elements ?? [NaN], Number).every(
          (number, at) =>
            Math.abs(number - Number(expected?.elements[at])) <= 1e-6 * Math.max(1, Math.abs(number)),
        );
      if (
        !close ||
        folded?.datatype !== expected?.datatype ||
        folded?.shape.join() !== expected?.shape.join()
      )
        wrong.push(
          `${index} ${operator}: ${folded?.datatype} [${folded?.shape.join()}] ${folded?.elements.join()} not ${expected?.elements.join()}`,
        );
    }
    expect(wrong).to.deep.equal([]);
  });

  it('infers the shapes that ONNX Runtime gives, in 80 random graphs', async () => {
    const wrong: string[] = [];
    let unknown = 0;
    for (let seed = 500; seed < 580; seed += 1) {
      const graph = randomGraph({ seed, steps: 14, input: { name: 'x', shape: [null, 5, 4, 3] } });
      const values = graph.nodes.flatMap((node) => node.outputs);
      const session = await openSession(
        writeOnnx({ ...graph, outputs: values.map((value) => ({ name: `out ${value}`, value })) }, 'test'),
      );
      const x: NumericTensor = { datatype: 'float32', shape: [2, 5, 4, 3], elements: new Float32Array(120) };
      const answers = await runSession(session, new Map([['x', x]]));
      await session.release();
      for (const value of values) {
        const [given, inferred] = [answers.get(`out ${value}`), graph.types.get(value)];
        const fits =
          inferred?.shape === undefined ||
          (inferred.shape.length === given?.shape.length &&
            inferred.shape.every((size, axis) => size === null || size === given.shape[axis]));
        if (inferred?.shape?.slice(1).includes(null) ?? true) unknown += 1;
        if (!fits || inferred?.datatype !== given?.datatype)
          wrong.push(`${seed} ${value}: [${inferred?.shape?.join()}], not [${given?.shape.join()}]`);
      }
    }
    expect(wrong).to.deep.equal([]);
    // Only a flattened picture may have a size besides the batch that the builder cannot tell.
    expect(unknown).to.be.below(80);
  });

  it('keeps the sizes it knows through arithmetic on a shape', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { datatype: 'float32', shape: [null, 6, 5] });
    const sizes = builder.cast(builder.emit('Shape', [x]), 'int32');
    const doubled = builder.emit('Mul', [sizes, builder.constant(constantOf('int32', [], [2]))]);
    expect(builder.elementsOf(doubled)).to.deep.equal([null, 12, 10]);
    const last = builder.emit('Gather', [doubled, builder.integers([2])], { axis: integer(0) });
    expect(builder.constantOf(last)?.elements).to.deep.equal(Int32Array.of(10));
  });

  it('does not know the shape of an operator that nobody taught it', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { datatype: 'float32', shape: [2, 3] });
    expect(builder.typeOf(builder.emit('Det', [x])).shape).to.equal(undefined);
  });
});
