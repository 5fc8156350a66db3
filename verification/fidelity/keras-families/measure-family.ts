/** Compiles one exported family and holds its answers against TensorFlow's. */
import { compileSavedModel } from '../../../converter/compile-saved-model.ts';
import { FunctionFlattener } from '../../../converter/graph/flatten-functions.ts';
import { isTransparent } from '../../../converter/graph/flat-graph.ts';
import { readSavedModel } from '../../../converter/readers/saved-model/read-saved-model.ts';
import { readOnnx } from '../../unit/converter/writers/read-onnx.ts';
import { readRuns } from '../operations/fixture.ts';
import { ProgramRunner } from '../operations/onnx-run.ts';
import type { RecordedFamily } from './families-record.ts';

export interface MeasuredFamily {
  readonly name: string;
  readonly parameters: number;
  /** Of TensorFlow, that compute something. */
  readonly operations: number;
  /** Of the compiled network. */
  readonly operators: number;
  /** The largest |Δ| of any answer ÷ the largest answer. */
  readonly difference: number;
  readonly compileMilliseconds: number;
}

/** Nodes that hold or hand on a value. */
const holders: ReadonlySet<string> = new Set(['Const', 'Placeholder', 'VarHandleOp', 'ReadVariableOp']);

/** @param root the folder that holds the family's folder. */
export async function measureFamily(
  root: string,
  { name, folder, parameters }: RecordedFamily,
): Promise<MeasuredFamily> {
  const runs = await readRuns(name, root);
  const began = performance.now();
  const model = await compileSavedModel(folder);
  const compileMilliseconds = performance.now() - began;
  let difference = 0;
  for (const { signature, inputs, outputs } of runs) {
    const runner = await ProgramRunner.open(model, signature);
    const answers = await runner.run(inputs);
    await runner.close();
    for (const [output, theirs] of outputs) {
      const ours = answers.get(output)?.elements ?? [];
      const worst = relativeDifference(Array.from(ours, Number), Array.from(theirs.elements, Number));
      // Written so that a NaN counts as a difference.
      if (!(worst <= difference)) difference = worst;
    }
  }
  const [run] = runs;
  const program = model.programs.find(({ signature }) => signature.name === run?.signature);
  if (run === undefined || program === undefined) throw new Error(`${name} has no recorded run`);
  const operators = readOnnx(model.modules.get(program.network) ?? new Uint8Array()).nodes.length;
  const operations = await countOperations(folder, run.signature);
  return { name, parameters, operations, operators, difference, compileMilliseconds };
}

function relativeDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return NaN;
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    theirs.reduce((most, value, index) => Math.max(most, Math.abs(value - (ours[index] ?? NaN))), 0) / largest
  );
}

async function countOperations(folder: string, signature: string): Promise<number> {
  const { graph } = await readSavedModel(folder);
  const flattener = new FunctionFlattener(graph);
  for (const { reference } of graph.signatures.get(signature)?.outputs ?? []) flattener.resolve(reference);
  return [...flattener.nodes.values()].filter(
    ({ operation }) => !holders.has(operation) && !isTransparent(operation),
  ).length;
}
