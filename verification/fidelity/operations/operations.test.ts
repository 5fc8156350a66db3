/** Every operation of the catalogue gives TensorFlow's answers, on SavedModels that `make-fixtures.py` exported. */
import path from 'node:path';
import { expect } from 'chai';
import { compileSavedModel } from '../../../converter/compile-saved-model.ts';
import { catalogue } from '../../../converter/lowering/catalogue.ts';
import type { CompiledModel } from '../../../converter/program.ts';
import { readSavedModel } from '../../../converter/readers/saved-model/read-saved-model.ts';
import type { NumericTensor, Tensor } from '../../../gateway/domain/tensor.ts';
import { fixturesFolder, readRuns, type RecordedRun } from './fixture.ts';
import { ProgramRunner } from './onnx-run.ts';

const families = [
  'element-wise',
  'convolution',
  'matrix',
  'shape',
  'resize',
  'network',
  'picture',
  'graph',
  'called',
];
/** Of the largest number in an output. */
const defaultTolerance = 1e-5;

/** What must not compile, by family and signature; the sentence names the operation and the node. */
const refusals: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  network: { refused_same_name: /both an input and an output x/ },
  picture: {
    refused_outside_loop:
      /decodes its picture \(node .*DecodeJpeg\) outside a map_fn loop.*TensorFlow Serving/,
    refused_second_input: /takes something besides the pictures.*TensorFlow Serving/,
    refused_channels: /DecodeJpeg \(node .*\) asks for 0 channels.*TensorFlow Serving/,
    refused_ratio: /DecodeJpeg \(node .*\) asks for a scaled.*TensorFlow Serving/,
    refused_strings: /takes strings \(x\) but decodes no picture.*TensorFlow Serving/,
    refused_If: /operation StatelessIf \(node .*cond\).*TensorFlow Serving/,
    refused_While: /operation StatelessWhile \(node .*while\).*TensorFlow Serving/,
    refused_MatrixInverse: /operation MatrixInverse \(node .*MatrixInverse\).*TensorFlow Serving/,
    refused_label: /operation Const of strings \(node .*\).*TensorFlow Serving/,
  },
  graph: {
    refused_Switch: /operation Switch \(node cond\/.*\).*TensorFlow Serving/,
    refused_loop: /loops through node while\/.*TensorFlow Serving/,
    refused_placeholder: /needs the placeholder condition/,
    refused_prepared: /calls an output prepared/,
  },
};

function largestDifference(ours: NumericTensor, theirs: Tensor): { difference: number; largest: number } {
  let difference = 0;
  let largest = 0;
  for (const [index, value] of [...theirs.elements.values()].entries()) {
    const expected = Number(value);
    const given = Number(ours.elements[index]);
    if (Object.is(expected, given) || expected === given) continue;
    difference = Math.max(difference, Math.abs(given - expected));
    if (Number.isNaN(difference)) return { difference: Infinity, largest };
  }
  for (const value of theirs.elements.values()) {
    if (Number.isFinite(Number(value))) largest = Math.max(largest, Math.abs(Number(value)));
  }
  return { difference, largest };
}

/** What is wrong with each output, in one readable list, so that one run shows everything. */
function faults(run: RecordedRun, answers: ReadonlyMap<string, NumericTensor>): string[] {
  const found: string[] = [];
  for (const [name, theirs] of run.outputs) {
    const ours = answers.get(name);
    if (ours === undefined) {
      found.push(`${name} is missing`);
    } else if (ours.datatype !== theirs.datatype || ours.shape.join() !== theirs.shape.join()) {
      found.push(
        `${name} is ${ours.datatype} [${ours.shape.join()}], not ${theirs.datatype} [${theirs.shape.join()}]`,
      );
    } else {
      const { difference, largest } = largestDifference(ours, theirs);
      const isFloat = theirs.datatype.startsWith('float');
      const allowed = isFloat ? (run.tolerance ?? defaultTolerance * Math.max(largest, 1e-3)) : 0;
      if (!(difference <= allowed)) found.push(`${name} differs by ${difference.toPrecision(3)}`);
    }
  }
  return found;
}

describe('the compiled operations', function () {
  this.timeout(60_000);
  const models = new Map<string, CompiledModel>();

  before(async () => {
    for (const family of families) {
      models.set(family, await compileSavedModel(path.join(fixturesFolder, family)));
    }
  });

  const modelOf = (family: string): CompiledModel => {
    const model = models.get(family);
    if (model === undefined) throw new Error(`${family} is not compiled`);
    return model;
  };

  for (const family of families) {
    it(`refuse what they must in ${family}, by name, and nothing else`, () => {
      const expected = refusals[family] ?? {};
      const unexpected = [...modelOf(family).skipped].filter(
        ([name, reason]) => !expected[name]?.test(reason),
      );
      expect(unexpected.map(([name, reason]) => `${name}: ${reason}`)).to.deep.equal([]);
      expect([...modelOf(family).skipped.keys()].sort()).to.deep.equal(Object.keys(expected).sort());
    });

    it(`answer as TensorFlow for ${family}`, async () => {
      const found: string[] = [];
      for (const run of await readRuns(family)) {
        try {
          const runner = await ProgramRunner.open(modelOf(family), run.signature);
          found.push(
            ...faults(run, await runner.run(run.inputs)).map((fault) => `${run.signature}: ${fault}`),
          );
          await runner.close();
        } catch (error) {
          found.push(`${run.signature}: ${String(error)}`);
        }
      }
      expect(found).to.deep.equal([]);
    });
  }

  it('cover the whole catalogue', async () => {
    const used = new Set<string>();
    for (const family of families) {
      const { graph } = await readSavedModel(path.join(fixturesFolder, family));
      for (const { operation } of graph.nodes) used.add(operation);
      for (const { nodes } of graph.functions.values())
        for (const { operation } of nodes) used.add(operation);
    }
    expect([...catalogue.keys()].filter((operation) => !used.has(operation))).to.deep.equal([]);
  });
});
