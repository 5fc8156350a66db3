/** Entry of a build thread: compiling blocks for seconds, and a thread can be ended when nobody waits any more. */
import { parentPort, workerData } from 'node:worker_threads';
import { compileSavedModel } from '../../../converter/compile-saved-model.ts';
import { isBuildAssignment } from './build-messages.ts';
import { serveBuild } from './serve-build.ts';

const assignment: unknown = workerData;
if (parentPort === null || !isBuildAssignment(assignment)) {
  throw new Error('this module is the entry of a build thread of the ONNX engine');
}
await serveBuild(parentPort, assignment, compileSavedModel);
