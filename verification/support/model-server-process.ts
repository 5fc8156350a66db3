/** `fovea serve --as tensorflow-serving` as a process of its own, which can be killed, frozen and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TemporaryFolders } from './made-up-model.ts';

export interface ModelServerProcess {
  readonly restPort: number;
  readonly grpcPort: number;
  /** Without warning, as a machine dies; resolves when it is gone. */
  kill(): Promise<void>;
  /** On the same ports; resolves when its models are ready. */
  restart(): Promise<void>;
  /** It keeps its connections and answers nothing until it is thawed. */
  freeze(): void;
  thaw(): void;
  /** Politely. */
  stop(): Promise<void>;
}

interface Ports {
  readonly restPort: number;
  readonly grpcPort: number;
}

interface Running extends Ports {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

/**
 * Resolves when its models are ready.
 *
 * @param models folders of numbered versions, by name; the label `stable` is version 1 of each
 */
export async function startModelServer(
  models: Readonly<Record<string, string>>,
  folders: TemporaryFolders,
): Promise<ModelServerProcess> {
  const configFile = path.join(await folders.make(), 'models.config');
  await writeFile(configFile, modelConfig(models));
  const cacheFolder = await folders.make();
  const start = (ports: Ports): Promise<Running> => run(configFile, cacheFolder, ports);
  let running = await start({ restPort: 0, grpcPort: 0 });
  const { restPort, grpcPort } = running;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running.child.kill(signal);
    await running.ended;
  };
  return {
    restPort,
    grpcPort,
    kill: () => end('SIGKILL'),
    async restart() {
      running = await start({ restPort, grpcPort });
    },
    freeze() {
      running.child.kill('SIGSTOP');
    },
    thaw() {
      running.child.kill('SIGCONT');
    },
    stop: () => end('SIGTERM'),
  };
}

async function run(configFile: string, cacheFolder: string, ports: Ports): Promise<Running> {
  const words = [
    ...['serve', '--as', 'tensorflow-serving', '--host', '127.0.0.1', '--log-format', 'json'],
    // Fovea's own flag takes 0 for any free port, where TensorFlow Serving's takes it for none.
    ...[`--rest_api_port=${ports.restPort}`, '--grpc-port', String(ports.grpcPort)],
    `--model_config_file=${configFile}`,
  ];
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [path.resolve('dist', 'gateway', 'main.js'), ...words], {
    env: { PATH, CACHE_DIR: cacheFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const found = await new Promise<Ports>((resolve, reject) => {
    let bound: Ports = ports;
    createInterface(child.stdout).on('line', (line) => {
      said += `${line}\n`;
      const entry: unknown = JSON.parse(line);
      const [restPort, grpcPort] = [Number(fieldOf(entry, 'port')), Number(fieldOf(entry, 'grpcPort'))];
      if (grpcPort > 0) bound = { restPort, grpcPort };
      if (String(fieldOf(entry, 'message')).startsWith('Ready after')) resolve(bound);
    });
    void ended.then(() => {
      reject(new Error(`the server ended before it was ready: ${said}`));
    });
  });
  return { child, ended, ...found };
}

function modelConfig(models: Readonly<Record<string, string>>): string {
  const entries = Object.entries(models).map(
    ([name, folder]) =>
      `  config { name: "${name}" base_path: "${folder}" model_platform: "tensorflow"\n` +
      '    version_labels { key: "stable" value: 1 } }',
  );
  return `model_config_list {\n${entries.join('\n')}\n}\n`;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
