/** The stand-in for TensorFlow Serving as a process, to be killed without warning and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { siblingModule } from '../../gateway/sibling-module.ts';
import { fileURLToPath } from 'node:url';
import type { ServingProtocol } from './serving-backend.ts';

export interface KillableBackend {
  readonly address: { readonly host: string; readonly port: number };
  kill(): Promise<void>;
  /** On the same port. */
  restart(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

export async function killableBackend(protocol: ServingProtocol): Promise<KillableBackend> {
  let running = await start(protocol, 0);
  const { port } = running;
  return {
    address: { host: '127.0.0.1', port },
    async kill() {
      if (running.child.exitCode !== null || running.child.signalCode !== null) return;
      const gone = once(running.child, 'exit');
      running.child.kill('SIGKILL');
      await gone;
    },
    async restart() {
      running = await start(protocol, port);
    },
  };
}

async function start(protocol: ServingProtocol, port: number): Promise<Running> {
  const program = fileURLToPath(siblingModule('serving-backend-process', import.meta.url));
  const child = spawn(process.execPath, [program, protocol, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bound = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, number] = /listening (\d+)/.exec(said) ?? [];
      if (number !== undefined) resolve(Number(number));
    });
    child.once('exit', () => {
      reject(new Error('the backend could not be started'));
    });
  });
  return { child, port: bound };
}
