/** Parses bodies without holding the thread that answers everybody: what takes long goes to a thread of its own. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { siblingModule } from '../../sibling-module.ts';
import { TaskThread } from '../../threads/task-thread.ts';
import { takesLongToParse } from '../../wire/json/json-weight.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { parseInferBody, type InferBody } from './parse-infer-body.ts';
import type { ParserTask } from './parser-task.ts';

export class InferBodyParser {
  readonly #thread = new TaskThread<ParserTask, InferRequest>({
    entry: siblingModule('parser-worker', import.meta.url),
    tookTooLong: 'The JSON takes too long to read; send fewer rows, or tensors as binary data.',
  });

  /**
   * @param body given away: its memory goes to the other thread when it is large
   * @param signal aborted when nobody waits for it any more; one that waits for its turn is dropped then
   * @throws ServingError `invalid-input`, `cancelled`, or `too-large` for one with more values than can be held
   */
  async parse(body: InferBody, signal?: CallerSignal): Promise<InferRequest> {
    const { bytes, headLength } = body;
    if (!takesLongToParse(bytes.subarray(0, headLength))) return parseInferBody(body);
    return this.#thread.run({ bytes, headLength }, [bytes.buffer], signal);
  }

  /** Ends the thread; what is being parsed is given up. */
  async close(): Promise<void> {
    await this.#thread.close();
  }
}
