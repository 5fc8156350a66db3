/** Chooses the command that the first word names. */
import { exitCodes, type Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

export type Command = (words: readonly string[], terminal: Terminal) => Promise<number>;

interface Entry {
  readonly load: () => Promise<Command>;
  readonly summary: string;
}

/** Loaded when asked for: all together take half a second, and a container asks for its health all the time. */
const commands: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ['serve', { load: async () => (await import('./serve.ts')).serve, summary: 'answer pictures over HTTP' }],
  [
    'classify',
    {
      load: async () => (await import('./classify.ts')).classify,
      summary: 'classify files and folders, without a server',
    },
  ],
  [
    'models',
    {
      load: async () => (await import('./models-entry.ts')).models,
      summary: 'list, pull, verify and remove models',
    },
  ],
  [
    'health',
    {
      load: async () => (await import('./health.ts')).health,
      summary: 'ask a running server whether it is ready, for container checks',
    },
  ],
  [
    'test-server',
    {
      load: async () => (await import('./test-server.ts')).testServer,
      summary: 'send a running server pictures and see what it answers',
    },
  ],
  [
    'convert',
    {
      load: async () => (await import('./convert.ts')).convert,
      summary: 'turn trained weights into a model that every engine serves',
    },
  ],
  [
    'inspect',
    {
      load: async () => (await import('./inspect.ts')).inspect,
      summary: 'show what a model takes, gives and is made of',
    },
  ],
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
  const run = await command.load();
  return run(rest, terminal);
}
