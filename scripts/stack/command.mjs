/** Runs one command of the stack's test and gives what it printed. */
import { PreparationFailure } from '../bootstrap/preparation-failure.mjs';
import { runChild } from '../bootstrap/run-child.mjs';

/** What the last words of a failing command tell; a whole build log is too much. */
const lastLines = 100;

/** Resolves to the output of a command that ended well, standard error included. */
export async function command(words, options) {
  const [program, ...rest] = words;
  const { code, output: printed } = await runChild(program, rest, { ...options, group: true });
  // Compose erases lines of its own display even where there is none.
  const output = printed.replaceAll('\u001b[2K', '');
  if (code === 0) return output.trim();
  throw new PreparationFailure(`${words.join(' ')} ended with ${code}.`, {
    details: output.trim().split('\n').slice(-lastLines).join('\n'),
  });
}

/** As `command`, but `undefined` for one that failed or is not installed. */
export async function attempt(words, options) {
  try {
    return await command(words, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return undefined;
  }
}
