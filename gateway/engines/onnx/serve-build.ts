/** The life of a build thread: one build, one message about how it went. */
import type { MessagePort } from 'node:worker_threads';
import { UnsupportedModel } from '../../../converter/unsupported-model.ts';
import { buildEntry } from './build-entry.ts';
import type { CompileModel } from './build-entry.ts';
import { beginTuning } from './build-gate.ts';
import type { BuildAssignment, BuildMessage } from './build-messages.ts';

export async function serveBuild(
  port: MessagePort,
  assignment: BuildAssignment,
  compile: CompileModel,
): Promise<void> {
  port.postMessage(await outcomeOf(assignment, compile));
  port.close();
}

async function outcomeOf(assignment: BuildAssignment, compile: CompileModel): Promise<BuildMessage> {
  try {
    await buildEntry(assignment, compile, () => beginTuning(assignment.gate));
    return { type: 'built' };
  } catch (error) {
    const sentence = error instanceof UnsupportedModel ? error.message : undefined;
    return {
      type: 'build-failed',
      sentence,
      cause: error instanceof Error ? (error.stack ?? '') : String(error),
    };
  }
}
