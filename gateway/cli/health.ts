/** `fovea health`: asks a running server whether it is ready; made for container checks. */
import { readConfiguration, type Configuration } from '../configuration.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { reportFaults } from './report-faults.ts';
import { exitCodes, type Terminal } from './terminal.ts';

const usage = `fovea health: asks a running server whether it is ready

Usage: fovea health [--alive] [--url http://host:port] [--timeout-seconds 5]

Options:
  --alive             ask whether the process lives (/health) instead of whether it is ready (/ready)
  --url               where the server is; otherwise HOST and IC_PORT of this machine
  --timeout-seconds   how long to wait for the answer (default 5)

Exit code: 0 yes, 1 no or no answer, 2 wrong usage.`;

/** Nobody waits longer for a health check, and timers overflow not far beyond. */
const longestTimeoutSeconds = 3600;

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
  if (url !== undefined && !isWebAddress(url)) {
    faults.push(
      `--url "${url}" must be a URL that starts with http:// or https://, such as http://127.0.0.1:5000.`,
    );
  }
  if (!(timeoutSeconds > 0 && timeoutSeconds <= longestTimeoutSeconds)) {
    faults.push(`--timeout-seconds must be a number above 0 and at most ${longestTimeoutSeconds}.`);
  }
  if (faults.length > 0 || 'faults' in outcome) {
    reportFaults(faults, terminal);
    return exitCodes.misused;
  }
  const base = url ?? ownAddress(outcome.configuration);
  return ask(new URL(own.switches.has('--alive') ? '/health' : '/ready', base), timeoutSeconds, terminal);
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

/** Where a server with this configuration answers on its own machine. */
function ownAddress({ host, port }: Pick<Configuration, 'host' | 'port'>): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
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
