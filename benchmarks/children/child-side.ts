/** A measuring process as a side of a comparison: opened once, asked for a run in each round. */
import { fileURLToPath } from 'node:url';
import type { RunResult, Side } from '../measurement/interleave.ts';
import { siblingModule } from '../../gateway/sibling-module.ts';
import { Conversation, type Command } from './conversation.ts';
import { startCommand } from './start-command.ts';

export interface ChildSide extends Side {
  close(): Promise<void>;
}

export interface ChildSideOptions {
  readonly name: string;
  readonly command: Command;
  /** Sent once, with the task `open`. */
  readonly open: object;
  /** Added to every run. */
  readonly run?: object;
}

/** The program in this folder of the given name, run by the Node.js that runs this one. */
export function nodeCommand(program: string, nodeOptions: readonly string[] = []): Command {
  const module = fileURLToPath(siblingModule(program, import.meta.url));
  return { program: process.execPath, words: [...nodeOptions, module] };
}

/** The same for a part of the server, which `npm start` runs with options and variables of its own. */
export function serverPartCommand(program: string): Command {
  const { environment, nodeOptions } = startCommand();
  return { ...nodeCommand(program, nodeOptions), environment };
}

/** Rejects with the reason when the child cannot be opened. */
export async function openChildSide({ name, command, open, run }: ChildSideOptions): Promise<ChildSide> {
  const conversation = new Conversation(command);
  let version: string;
  try {
    version = versionIn(await conversation.ask({ task: 'open', ...open }));
  } catch (error) {
    await conversation.close();
    throw error;
  }
  return {
    name: `${name}${version}`,
    async run(count) {
      return toRunResult(await conversation.ask({ task: 'run', count, ...run }));
    },
    close: () => conversation.close(),
  };
}

/** Opens sides, uses them and closes them, whatever happens in between. */
export async function withSides<Result>(
  options: readonly ChildSideOptions[],
  use: (sides: readonly ChildSide[]) => Promise<Result>,
): Promise<Result> {
  const sides: ChildSide[] = [];
  try {
    for (const option of options) sides.push(await openChildSide(option));
    return await use(sides);
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

/** A program of somebody else says which version it is, and that belongs to its name. */
function versionIn(answer: unknown): string {
  const isNamed = typeof answer === 'object' && answer !== null && 'version' in answer;
  return isNamed ? ` ${String(answer.version)}` : '';
}

/** Every number of the answer besides the two that all have becomes an extra. */
export function toRunResult(answer: unknown): RunResult {
  const numbers = numbersIn(answer);
  const { seconds, medianMilliseconds, ...extra } = numbers;
  if (seconds === undefined || medianMilliseconds === undefined) {
    throw new Error('a measuring process gave an answer without times');
  }
  return { seconds, medianMilliseconds, extra };
}

export function numbersIn(answer: unknown): Record<string, number> {
  const entries = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
