/** The life of a build thread: one build, one message about how it went. */
import type { MessagePort } from 'node:worker_threads';
import { UnsupportedModel } from '../../../converter/unsupported-model.ts';
import { buildEntry } from './build-entry.ts';
import type { BuildAssignment, CompileModel } from './build-entry.ts';

export type BuildMessage =
  | { readonly type: 'built' }
  /** `sentence` is public, and present when the compiler itself refused the model. */
  | { readonly type: 'build-failed'; readonly sentence: string | undefined; readonly cause: string };

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
    await buildEntry(assignment, compile);
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

export function isBuildAssignment(value: unknown): value is BuildAssignment {
  return typeof value === 'object' && value !== null && 'origin' in value && 'target' in value;
}

export function isBuildMessage(value: unknown): value is BuildMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}
