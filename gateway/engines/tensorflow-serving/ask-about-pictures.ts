/** Asks a signature about pictures, and sees to it that a refusal is about a picture and not about its company. */
import { BackendFault } from './backend-fault.ts';

export interface PictureQuestion<Answer> {
  /** @throws BackendFault */
  ask(pictures: readonly Uint8Array[]): Promise<Answer>;
  /** The answer to all pictures from the answers to the first half and to the second. */
  join(left: Answer, right: Answer): Answer;
}

/** Longest pause before a refused question is put again; those refused together shall not meet again. */
const longestPauseMilliseconds = 30;

/**
 * TensorFlow Serving runs requests of several callers as one batch, where one bad picture has all of them refused, and it
 * refuses more rows than its batches hold. So a refusal counts when it has been said twice, and several pictures that are
 * refused are asked about in halves: that ends with the first bad one, or with the answers of all.
 *
 * @throws BackendFault `refused` with the row of the first picture that is refused alone, and whatever `ask` throws
 */
export async function askAboutPictures<Answer>(
  pictures: readonly Uint8Array[],
  question: PictureQuestion<Answer>,
  firstRow = 0,
): Promise<Answer> {
  try {
    return await question.ask(pictures);
  } catch (fault) {
    try {
      return await askAgain(fault, () => question.ask(pictures));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (pictures.length === 1) {
        throw new BackendFault('refused', error.message, { cause: error, row: firstRow });
      }
    }
  }
  const half = Math.ceil(pictures.length / 2);
  const left = await askAboutPictures(pictures.slice(0, half), question, firstRow);
  const right = await askAboutPictures(pictures.slice(half), question, firstRow + half);
  return question.join(left, right);
}

/** @throws BackendFault; a refusal is the second one */
export async function askTwice<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (fault) {
    return askAgain(fault, ask);
  }
}

/** @throws the fault itself when it is no refusal */
async function askAgain<Answer>(fault: unknown, ask: () => Promise<Answer>): Promise<Answer> {
  if (!isRefusal(fault)) throw fault;
  const milliseconds = Math.random() * longestPauseMilliseconds;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return ask();
}

function isRefusal(error: unknown): error is BackendFault {
  return error instanceof BackendFault && error.reason === 'refused';
}
