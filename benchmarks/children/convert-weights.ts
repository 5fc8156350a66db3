/** Process that converts one checkpoint as the command does, and says what that took. */
import { runCommandLine } from '../../gateway/cli/command-line.ts';
import { processStatus } from '../surroundings/process-status.ts';
import { answerRequests, textOf } from './answer-requests.ts';

await answerRequests({
  async run(request) {
    const words = ['--weights', textOf(request, 'weights'), '--output', textOf(request, 'output')];
    let said = '';
    const began = performance.now();
    const code = await runCommandLine(['convert', ...words, '--format', 'both', '--dynamic-axes'], {
      environment: {},
      envFile: undefined,
      out: { write: () => true },
      error: { write: (text) => (said += text) },
      stop: new AbortController().signal,
    });
    if (code !== 0) throw new Error(said.trim());
    const seconds = (performance.now() - began) / 1000;
    const status = await processStatus(process.pid);
    return { seconds, peakMegabytes: status?.peak ?? NaN };
  },
});
