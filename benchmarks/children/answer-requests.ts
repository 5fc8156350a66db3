/** A child process that answers one JSON line for each JSON line it is asked: the child's end. */
import { createInterface } from 'node:readline';

export type Request = Readonly<Record<string, unknown>>;
export type Task = (request: Request) => Promise<object>;

/** Serves the request's `task`, one at a time, until standard input ends. */
export async function answerRequests(tasks: Readonly<Record<string, Task>>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await outcomeOf(tasks, line))}\n`);
  }
  // Workers and open connections would otherwise keep the process.
  process.exit(0);
}

async function outcomeOf(tasks: Readonly<Record<string, Task>>, line: string): Promise<object> {
  try {
    const request: unknown = JSON.parse(line);
    if (!isRequest(request)) throw new Error('a request is an object');
    const task = tasks[textOf(request, 'task')];
    if (task === undefined) throw new Error(`there is no task ${textOf(request, 'task')}`);
    return { answer: await task(request) };
  } catch (error) {
    return { error: wordsOf(error) };
  }
}

/** An error of the engine says in its cause what really happened. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${wordsOf(error.cause)}`;
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null;
}

/** @throws Error when the field is missing or no text */
export function textOf(request: Request, name: string): string {
  const value = request[name];
  if (typeof value === 'string') return value;
  throw new Error(`the request has no text ${name}`);
}

/** @throws Error when the field is missing or no number */
export function numberOf(request: Request, name: string): number {
  const value = request[name];
  if (typeof value === 'number') return value;
  throw new Error(`the request has no number ${name}`);
}

/** @throws Error when the field is missing or holds anything but numbers */
export function numbersOf(request: Request, name: string): readonly number[] {
  const value = request[name];
  if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return value;
  throw new Error(`the request has no numbers ${name}`);
}

/** @throws Error when the field is missing or holds anything but texts */
export function textsOf(request: Request, name: string): readonly string[] {
  const value = request[name];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new Error(`the request has no texts ${name}`);
}
