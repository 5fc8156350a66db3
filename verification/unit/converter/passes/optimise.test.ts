/** The optimised graph gives the numbers of the graph it was made from. */
import { expect } from 'chai';
import type { OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { optimise, optimisePicture, optimisePreparation } from '../../../../converter/passes/optimise.ts';
import { writeOnnx } from '../../../../converter/writers/onnx.ts';
import { elementCount, type NumericTensor } from '../../../../gateway/domain/tensor.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { seeded } from '../../../support/seeded.ts';
import { randomGraph } from './random-graph.ts';

type Answers = ReadonlyMap<string, NumericTensor>;

function noise(seed: number, shape: readonly number[]): NumericTensor {
  const random = seeded(seed);
  const elements = Float32Array.from({ length: elementCount(shape) }, () => random() * 4 - 2);
  return { datatype: 'float32', shape, elements };
}

async function run(graph: OnnxGraph, inputs: Answers): Promise<Answers> {
  const session = await openSession(writeOnnx(graph, 'test'));
  const answers = await runSession(session, inputs);
  await session.release();
  return answers;
}

/** Largest difference in an output as a part of its largest number; shapes must be equal. */
function difference(left: Answers, right: Answers): number {
  let worst = 0;
  expect([...left.keys()]).to.deep.equal([...right.keys()]);
  for (const [name, expected] of left) {
    const given = right.get(name);
    expect(given?.shape, name).to.deep.equal(expected.shape);
    const numbers = Array.from<number | bigint, number>(expected.elements, Number);
    const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 1e-3);
    for (const [index, number] of numbers.entries()) {
      const apart = Math.abs(number - Number(given?.elements[index])) / largest;
      if (!(apart <= worst)) worst = apart;
    }
  }
  return worst;
}

const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

describe('the passes', function () {
  this.timeout(60_000);

  it('change no numbers of 200 random graphs on channels-last pictures', async () => {
    const wrong: string[] = [];
    for (const seed of seeds) {
      const graph = randomGraph({
        seed,
        steps: 4 + (seed % 20),
        input: { name: 'x', shape: [null, 5, 4, 3] },
      });
      const inputs = new Map([['x', noise(seed, [2, 5, 4, 3])]]);
      try {
        const apart = difference(await run(graph, inputs), await run(optimise(graph), inputs));
        if (!(apart <= 2e-5)) wrong.push(`seed ${seed}: ${apart}`);
      } catch (error) {
        wrong.push(`seed ${seed}: ${String(error)}`);
      }
    }
    expect(wrong).to.deep.equal([]);
  });

  it('change no numbers of 100 random pairs of picture body and network', async () => {
    const wrong: string[] = [];
    for (const seed of seeds.slice(0, 100)) {
      const body = randomGraph({ seed, steps: 2 + (seed % 4), input: { name: 'pixels', shape: [4, 5, 3] } });
      const prepared = body.outputs.slice(0, 1).map(({ value }) => ({ name: 'prepared', value }));
      const element = body.types.get(prepared[0]?.value ?? '')?.shape ?? [];
      const network = randomGraph({
        seed: seed + 1000,
        steps: 3 + (seed % 12),
        input: { name: 'prepared', shape: [null, ...element] },
      });
      const pixels = new Map([['pixels', noise(seed, [4, 5, 3])]]);
      const plain = (await run({ ...body, outputs: prepared }, pixels)).get('prepared');
      if (plain === undefined) throw new Error('the body gave nothing');
      const expected = await run(network, new Map([['prepared', { ...plain, shape: [1, ...plain.shape] }]]));
      const optimised = optimisePicture({ ...body, outputs: prepared }, network);
      const given = await run(optimised.network, await run(optimised.prepare, pixels));
      const apart = difference(expected, given);
      if (!(apart <= 2e-5)) wrong.push(`seed ${seed}: ${apart}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it('change no numbers of 100 random preparations for networks that are compiled already', async () => {
    const wrong: string[] = [];
    for (const seed of seeds.slice(0, 100)) {
      const body = randomGraph({ seed, steps: 2 + (seed % 9), input: { name: 'pixels', shape: [4, 5, 3] } });
      const graph = { ...body, outputs: body.outputs.slice(0, 1) };
      const pixels = new Map([['pixels', noise(seed, [4, 5, 3])]]);
      const expected = [...(await run(graph, pixels))].map(
        ([name, plain]) => [name, { ...plain, shape: [1, ...plain.shape] }] as const,
      );
      const apart = difference(new Map(expected), await run(optimisePreparation(graph).prepare, pixels));
      if (!(apart <= 2e-5)) wrong.push(`seed ${seed}: ${apart}`);
    }
    expect(wrong).to.deep.equal([]);
  });
});
