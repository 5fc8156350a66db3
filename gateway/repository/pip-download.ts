/** Has pip fetch one wheel into a folder, watched: how much has come, whether it stalls, whether it is too much. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { findPip, pipNames, type ProgramEnvironment } from './find-pip.ts';
import { pipFailure } from './pip-failure.ts';
import { runExecutable } from './run-executable.ts';
import { SourceFailure } from './source-failure.ts';
import { createStallGuard } from './stall-guard.ts';

export interface WheelRequest {
  /** Package and exact version, such as `package==1.0`. */
  readonly requirement: string;
  /** An empty folder; pip writes nowhere else. */
  readonly folder: string;
  /** Variables that pip runs with, its own settings among them. */
  readonly environment: ProgramEnvironment;
  /** The most bytes that are accepted. */
  readonly maximumBytes: number;
  /** Called with the bytes that have arrived, now and then. */
  readonly onArrived: (bytes: number) => void;
  readonly signal: AbortSignal;
}

const lookMilliseconds = 200;
/** pip itself gives up on a silent host long before; this is for a pip that hangs. */
const stallMilliseconds = 180_000;

/** Of the largest file: pip copies the finished wheel, and what is counted must not count twice. */
async function largestFile(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(path.join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return Math.max(0, ...(await Promise.all(sizes)));
}

function wordsFor({ requirement, folder }: WheelRequest): readonly string[] {
  return [
    'download',
    '--no-deps',
    // A source distribution would run code of the package even to be downloaded.
    '--only-binary=:all:',
    // Only a file is wanted, for whichever Python it was meant.
    '--ignore-requires-python',
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--no-input',
    '--progress-bar=off',
    '--retries=2',
    `--dest=${folder}`,
    requirement,
  ];
}

/**
 * @returns the path of the wheel, whose content is whatever the package index gave.
 * @throws SourceFailure when there is no pip or it does not get the wheel, the signal's reason when aborted, and an
 * error with a code of the file system when the disk is full.
 */
export async function downloadWheel(request: WheelRequest): Promise<string> {
  const { folder, environment, signal, maximumBytes } = request;
  const pip = await findPip(environment, signal);
  if (pip === undefined) {
    throw new SourceFailure(
      'refused',
      `it is fetched by pip, and there is none here (tried ${pipNames.join(', ')}); install Python with pip`,
    );
  }
  const guard = createStallGuard(signal, stallMilliseconds);
  const tooMuch = new AbortController();
  let arrived = 0;
  const look = async (): Promise<void> => {
    const bytes = await largestFile(folder);
    if (bytes <= arrived) return;
    arrived = bytes;
    guard.touch();
    request.onArrived(bytes);
    if (bytes > maximumBytes) tooMuch.abort();
  };
  const timer = setInterval(() => void look(), lookMilliseconds);
  try {
    const { code, said } = await runExecutable({
      program: pip.program,
      words: [...pip.words, ...wordsFor(request)],
      environment: { ...environment, TMPDIR: folder, PIP_REQUIRE_VIRTUALENV: 'false' },
      signal: AbortSignal.any([guard.signal, tooMuch.signal]),
    });
    signal.throwIfAborted();
    await look();
    if (tooMuch.signal.aborted) {
      throw new SourceFailure('wrong-content', `it is larger than the ${maximumBytes} bytes to expect`);
    }
    if (guard.signal.aborted) throw new SourceFailure('unreachable', 'pip stopped getting anything');
    if (code !== 0) throw pipFailure(said, request.requirement);
  } finally {
    clearInterval(timer);
    guard.close();
  }
  const [wheel] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new SourceFailure('refused', 'pip ended well but left no wheel');
  return path.join(folder, wheel);
}
