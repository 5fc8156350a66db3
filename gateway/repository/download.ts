/** Downloads one file over http or https, going on where an earlier attempt was cut off. */
import { open, rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { readPartial, removePartial, removePartialRecord, writePartialRecord } from './partial-file.ts';
import { requestRange, type RangeAnswer } from './range-request.ts';
import { networkFailure, SourceFailure } from './source-failure.ts';
import { createStallGuard } from './stall-guard.ts';

export interface DownloadRequest {
  readonly address: string;
  /** Where the bytes are collected; stays after an interruption. */
  readonly partialFile: string;
  /** Where the file is moved once it is complete. */
  readonly file: string;
  /** Bytes the file must have, when known. */
  readonly size: number | undefined;
  /** The most bytes that are accepted. */
  readonly maximumBytes: number;
  readonly signal: AbortSignal;
  /** Called with the total once the server has said it. */
  readonly onTotal: (totalBytes: number) => void;
  /** Called with the bytes on disk and how many of them have just arrived. */
  readonly onMoved: (position: number, gained: number) => void;
}

/** Without a byte for so long, a connection counts as dead. */
const stallMilliseconds = 60_000;
/** Gives a server that has cut the connection a moment before it is asked for the rest. */
const pauseMilliseconds = 300;
/** A cut may lose bytes that were under way, so an attempt without gain is not yet the end. */
const maximumFruitlessAttempts = 3;

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body !== null) {
    try {
      yield* body;
    } catch (cause) {
      throw networkFailure(cause);
    }
  }
}

function refuseWrongSize(bytes: number | undefined, expected: number | undefined): void {
  if (bytes !== undefined && expected !== undefined && bytes !== expected) {
    throw new SourceFailure('wrong-content', `it has ${bytes} bytes where the manifest says ${expected}`);
  }
}

/** Appends what comes to the partial file; the bytes it then has. */
async function receive(request: DownloadRequest, answer: RangeAnswer, touch: () => void): Promise<number> {
  const { start, totalBytes, validator } = answer;
  const handle = await open(request.partialFile, start > 0 ? 'r+' : 'w');
  let position = start;
  try {
    await writePartialRecord(request.partialFile, { validator, totalBytes });
    request.onMoved(position, 0);
    for await (const chunk of chunksOf(answer.response)) {
      touch();
      if (position + chunk.length > request.maximumBytes) {
        throw new SourceFailure(
          'wrong-content',
          `it is larger than the ${request.maximumBytes} bytes to expect`,
        );
      }
      await handle.write(chunk, 0, chunk.length, position);
      position += chunk.length;
      request.onMoved(position, chunk.length);
    }
  } finally {
    await handle.close();
  }
  return position;
}

async function attempt(request: DownloadRequest, onAnswer: () => void): Promise<void> {
  const guard = createStallGuard(request.signal, stallMilliseconds);
  try {
    const present = await readPartial(request.partialFile);
    const { address, size } = request;
    const answer = await requestRange({ address, present, size, signal: guard.signal });
    onAnswer();
    try {
      refuseWrongSize(answer.totalBytes, size);
    } catch (failure) {
      await answer.response.body?.cancel();
      throw failure;
    }
    const expected = answer.totalBytes ?? size;
    if (expected !== undefined) {
      request.onTotal(expected);
    }
    refuseWrongSize(await receive(request, answer, guard.touch), size);
  } catch (failure) {
    request.signal.throwIfAborted();
    throw guard.signal.aborted ? new SourceFailure('unreachable', 'the host stopped sending') : failure;
  } finally {
    guard.close();
  }
}

/**
 * Downloads a file to `file`. Once the source has answered, a connection that is cut is taken up again until several
 * attempts in a row bring nothing; after that, and when aborted, the partial file stays for a later call.
 *
 * @throws SourceFailure when the source does not give the file, the signal's reason when aborted, and the file
 * system's error when the bytes cannot be written.
 */
export async function download(request: DownloadRequest): Promise<void> {
  const progress = { hasAnswered: false };
  for (let fruitless = 0; ;) {
    const before = (await readPartial(request.partialFile)).bytes;
    try {
      await attempt(request, () => {
        progress.hasAnswered = true;
      });
      break;
    } catch (failure) {
      if (failure instanceof SourceFailure && failure.kind === 'wrong-content') {
        await removePartial(request.partialFile);
      }
      const isCut =
        failure instanceof SourceFailure && failure.kind === 'unreachable' && progress.hasAnswered;
      fruitless = (await readPartial(request.partialFile)).bytes > before ? 0 : fruitless + 1;
      if (!isCut || fruitless >= maximumFruitlessAttempts) {
        throw failure;
      }
      await pause(pauseMilliseconds, undefined, { signal: request.signal });
    }
  }
  await rename(request.partialFile, request.file);
  await removePartialRecord(request.partialFile);
}
