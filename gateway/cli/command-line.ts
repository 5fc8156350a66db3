/** Chooses the command that the first word names. */
import { classify } from './classify.ts';
import { convert } from './convert.ts';
import { health } from './health.ts';
import { inspect } from './inspect.ts';
import { models } from './models-entry.ts';
import { serve } from './serve.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { testServer } from './test-server.ts';
import { packageVersion } from './version.ts';

export type Command = (words: readonly string[], terminal: Terminal) => Promise<number>;

const commands: ReadonlyMap<string, { readonly run: Command; readonly summary: string }> = new Map([
  ['serve', { run: serve, summary: 'answer pictures over HTTP' }],
  ['classify', { run: classify, summary: 'classify files and folders, without a server' }],
  ['models', { run: models, summary: 'list, pull, verify and remove models' }],
  ['health', { run: health, summary: 'ask a running server whether it is ready, for container checks' }],
  ['test-server', { run: testServer, summary: 'send a running server pictures and see what it answers' }],
  ['convert', { run: convert, summary: 'turn trained weights into a model that every engine serves' }],
  ['inspect', { run: inspect, summary: 'show what a model takes, gives and is made of' }],
]);

const usage = [
  'fovea: one picture in, one class out',
  '',
  'Usage: fovea <command> [options]',
  '',
  'Commands:',
  ...[...commands].map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`),
  '',
  'fovea <command> --help tells a command’s options; fovea --version the version.',
].join('\n');

export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.out.write(`${usage}\n`);
    return name === undefined ? exitCodes.misused : exitCodes.done;
  }
  if (name === '--version' || name === 'version') {
    terminal.out.write(`${packageVersion()}\n`);
    return exitCodes.done;
  }
  const command = commands.get(name);
  if (command === undefined) {
    terminal.error.write(
      `fovea: there is no command "${name}". Commands: ${[...commands.keys()].join(', ')}.\n`,
    );
    return exitCodes.misused;
  }
  return command.run(rest, terminal);
}
