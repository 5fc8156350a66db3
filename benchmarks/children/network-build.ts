/** Build thread that leaves the pictures out: the model's network alone, as a signature on tensors. */
import '../../gateway/engines/onnx/without-telemetry.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession } from 'onnxruntime-node';
import { compileSavedModel } from '../../converter/compile-saved-model.ts';
import type { CompiledModel } from '../../converter/program.ts';
import { isBuildAssignment } from '../../gateway/engines/onnx/build-messages.ts';
import { serveBuild } from '../../gateway/engines/onnx/serve-build.ts';

async function compileNetwork(folder: string): Promise<CompiledModel> {
  const { programs, modules } = await compileSavedModel(folder);
  const program = programs.find(({ kind }) => kind === 'picture');
  const bytes = program && modules.get(program.network);
  if (program === undefined || bytes === undefined) throw new Error('the model takes no pictures');
  const session = await InferenceSession.create(bytes);
  const [input] = session.inputMetadata;
  if (input?.isTensor !== true) throw new Error('the network takes no tensor');
  const shape = input.shape.map((size) => (typeof size === 'number' ? size : null));
  await session.release();
  const signature = {
    ...program.signature,
    inputs: [{ name: input.name, datatype: 'float32' as const, shape }],
  };
  return {
    programs: [{ kind: 'tensor', signature, network: program.network }],
    modules: new Map([[program.network, bytes]]),
    skipped: new Map(),
  };
}

const assignment: unknown = workerData;
if (parentPort === null || !isBuildAssignment(assignment)) {
  throw new Error('this module is the entry of a build thread of the benchmark');
}
await serveBuild(parentPort, assignment, compileNetwork);
