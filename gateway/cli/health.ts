/** `fovea health`: asks a running server whether it is ready; made for container checks. */
import { readConfiguration } from '../configuration.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { reportFaults } from './report-faults.ts';
import { exitCodes, type Terminal } from './terminal.ts';

const usage = `fovea health: asks a running server whether it is ready

Usage: fovea health [--alive] [--url http://host:port] [--timeout-seconds 5]

Options:
  --alive             ask whether the process lives (/health) instead of whether it is ready (/ready)
  --url               where the server is; otherwise this machine and IC_PORT
  --timeout-seconds   how long to wait for the answer (default 5)

Exit code: 0 yes, 1 no or no answer, 2 wrong usage.`;

export async function health(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = takeOwnFlags(words, { switches: ['--alive'], values: ['--url', '--timeout-seconds'] });
  if (wantsHelp(own)) {
    terminal.out.write(`${usage}\n`);
    return exitCodes.done;
  }
  const outcome = readConfiguration({
    environment: terminal.environment,
    envFile: terminal.envFile,
    flags: own.rest,
  });
  const url = own.values.get('--url');
  const timeoutSeconds = Number(own.values.get('--timeout-seconds') ?? 5);
  const faults = [...own.faults, ...('faults' in outcome ? outcome.faults : [])];
  if (url !== undefined && !URL.canParse(url)) {
    faults.push(`--url "${url}" is not a URL such as http://127.0.0.1:5000.`);
  }
  if (!(timeoutSeconds > 0)) faults.push('--timeout-seconds must be a number above 0.');
  if (faults.length > 0 || 'faults' in outcome) {
    reportFaults(faults, terminal);
    return exitCodes.misused;
  }
  const base = url ?? `http://127.0.0.1:${outcome.configuration.port}`;
  return ask(new URL(own.switches.has('--alive') ? '/health' : '/ready', base), timeoutSeconds, terminal);
}

async function ask(url: URL, timeoutSeconds: number, terminal: Terminal): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    terminal.out.write(`${(await answer.text()).trim()}\n`);
    return answer.ok ? exitCodes.done : exitCodes.failed;
  } catch {
    terminal.error.write(`fovea: no answer from ${url.href} within ${timeoutSeconds} s.\n`);
    return exitCodes.failed;
  }
}
