/** A build thread for tests: "compiles" the tiny model, unless a file in the model's folder asks for a fault. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { UnsupportedModel } from '../../converter/unsupported-model.ts';
import { isBuildAssignment } from '../../gateway/engines/onnx/build-messages.ts';
import { serveBuild } from '../../gateway/engines/onnx/serve-build.ts';
import { tinyModel } from './tiny-onnx-model.ts';

const assignment: unknown = workerData;
if (parentPort === null || !isBuildAssignment(assignment)) throw new Error('not started as a build thread');

await serveBuild(parentPort, assignment, async (folder) => {
  if (existsSync(path.join(folder, 'unsupported'))) throw UnsupportedModel.operation('Mystery', 'node_1');
  if (existsSync(path.join(folder, 'broken'))) throw new Error('a secret of the compiler');
  if (existsSync(path.join(folder, 'endless'))) for (;;);
  return tinyModel();
});
