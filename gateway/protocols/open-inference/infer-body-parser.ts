/** Parses bodies without holding the thread that answers everybody: what takes long goes to a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import { siblingModule } from '../../sibling-module.ts';
import { holdsMore } from '../../wire/json/json-weight.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { parseInferBody, type InferBody } from './parse-infer-body.ts';
import { isParserResult, type ParserJob, type ParserResult } from './parser-messages.ts';

/** Base64 is read at a gigabyte a second; so many bytes of it take about ten milliseconds. */
const longestHere = 4 * 1024 * 1024;
/** Values of a list, an object or a body; so many take about ten milliseconds. */
const mostValuesHere = 50_000;
const valueMarks = ',[{';

/** Room for the most values that the thread takes at once. */
const resourceLimits = { maxOldGenerationSizeMb: 2048 };
/** Longer than any body within the usual limits takes. */
const patienceMilliseconds = 20_000;
/** What the thread has used of memory is given back once nobody has needed it for so long. */
const idleMilliseconds = 5_000;

export class InferBodyParser {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param body given away: its memory goes to the other thread when it is large
   * @param signal aborted when nobody waits for it any more; one that waits for its turn is dropped then
   * @throws ServingError `invalid-input`, `cancelled`, or `too-large` for one with more values than can be held
   */
  async parse(body: InferBody, signal?: CallerSignal): Promise<InferRequest> {
    return takesLong(body) ? this.#parseInTurn({ body }, signal) : parseInferBody(body);
  }

  /** Ends the thread; what is being parsed is given up. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    // At once, so that a body which comes meanwhile gets a new one.
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #parseInTurn(waiting: { body: InferBody | undefined }, signal?: CallerSignal): Promise<InferRequest> {
    // At once, since it may be a hundred megabytes and its turn far away.
    const drop = (): void => {
      waiting.body = undefined;
    };
    if (signal?.aborted === true) drop();
    signal?.addEventListener('abort', drop);
    const request = this.#last.then(async () => {
      signal?.removeEventListener('abort', drop);
      const { body } = waiting;
      drop();
      if (body === undefined) throw new ServingError('cancelled', 'The client has left.');
      return this.#parseElsewhere(body);
    });
    this.#last = request.catch(() => undefined);
    return request;
  }

  async #parseElsewhere({ bytes, headLength }: InferBody): Promise<InferRequest> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= startParser());
    const job: ParserJob = { bytes, headLength };
    const result = await this.#resultOf(worker, () => {
      worker.postMessage(job, bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []);
    });
    if (result.outcome === 'parsed') return result.request;
    throw new ServingError(result.kind, result.sentence);
  }

  /** A thread that gave no result is not asked again. */
  async #resultOf(worker: Worker, send: () => void): Promise<ParserResult> {
    try {
      return await resultOf(worker, send);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.close(), idleMilliseconds).unref();
    }
  }
}

function takesLong({ bytes, headLength = bytes.byteLength }: InferBody): boolean {
  const head = bytes.subarray(0, headLength);
  return head.byteLength > longestHere || holdsMore(head, valueMarks, mostValuesHere);
}

function startParser(): Worker {
  const worker = new Worker(siblingModule('parser-worker', import.meta.url), { resourceLimits });
  worker.unref();
  // Between two jobs nobody else listens, and a thread that breaks then is replaced by the next one.
  worker.on('error', () => undefined);
  return worker;
}

async function resultOf(worker: Worker, send: () => void): Promise<ParserResult> {
  let leave = (): void => undefined;
  try {
    return await new Promise<ParserResult>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(tookTooLong());
      }, patienceMilliseconds);
      const take = (message: unknown): void => {
        if (isParserResult(message)) resolve(message);
        else reject(new Error('the parser sent something else'));
      };
      const fail = (cause: unknown): void => {
        reject(new Error('The parser failed.', { cause }));
      };
      const end = (): void => {
        reject(new ServingError('cancelled', 'The server is shutting down.'));
      };
      worker.on('message', take).on('error', fail).on('exit', end);
      leave = () => {
        clearTimeout(timer);
        worker.off('message', take).off('error', fail).off('exit', end);
      };
      send();
    });
  } finally {
    leave();
  }
}

function tookTooLong(): ServingError {
  return new ServingError(
    'too-large',
    'The JSON takes too long to read; send fewer rows, or tensors as binary data.',
  );
}
