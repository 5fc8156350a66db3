/** `fovea health`: asks a running server whether it is ready; made for container checks. */
import { readConfiguration } from '../configuration.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { reportFaults } from './report-faults.ts';
import { patienceFlag, readPatience } from './request-patience.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { addressFault, addressOfServer, isWebAddress } from './web-address.ts';

const usage = `fovea health: asks a running server whether it is ready

Usage: fovea health [--alive] [--url http://host:port[/path]] [--timeout-seconds 5]

Options:
  --alive             ask whether the process lives (/health) instead of whether it is ready (/ready)
  --url               where the server is; otherwise HOST and IC_PORT of this machine
  --timeout-seconds   how long to wait for the answer (default 5)

Exit code: 0 yes, 1 no or no answer, 2 wrong usage.`;

const usualPatienceSeconds = 5;

export async function health(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = takeOwnFlags(words, { switches: ['--alive'], values: ['--url', patienceFlag] });
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
  const timeoutSeconds = readPatience(own.values.get(patienceFlag), usualPatienceSeconds);
  const faults = [...own.faults, ...('faults' in outcome ? outcome.faults : [])];
  if (url !== undefined && !isWebAddress(url)) faults.push(addressFault(url));
  if (typeof timeoutSeconds === 'string') faults.push(timeoutSeconds);
  if (faults.length > 0 || 'faults' in outcome || typeof timeoutSeconds === 'string') {
    reportFaults(faults, terminal);
    return exitCodes.misused;
  }
  const base = url ?? addressOfServer(outcome.configuration, '127.0.0.1');
  return ask(below(base, own.switches.has('--alive') ? 'health' : 'ready'), timeoutSeconds, terminal);
}

/** Behind a proxy the server may lie below a path of the address, such as a `ROOT_PATH`. */
function below(base: string, name: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`;
  return url;
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
