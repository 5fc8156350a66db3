/** A build thread for tests that stays in what stands for native code until a file tells it to go on. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { beginTuning } from '../../gateway/engines/onnx/build-gate.ts';
import { isBuildAssignment } from '../../gateway/engines/onnx/build-messages.ts';

/** Files in the target folder: the first two are the thread's, the last one the test's. */
export const tuningFile = 'tuning';
export const endedFile = 'ended';
export const goFile = 'go';

const assignment: unknown = workerData;
if (parentPort !== null && isBuildAssignment(assignment)) {
  const at = (name: string): string => path.join(assignment.target, name);
  if (!beginTuning(assignment.gate)) throw new Error('nobody called this build off');
  writeFileSync(at(tuningFile), '');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(at(goFile))) Atomics.wait(clock, 0, 0, 5);
  writeFileSync(at(endedFile), '');
  parentPort.postMessage({ type: 'built' });
  parentPort.close();
}
