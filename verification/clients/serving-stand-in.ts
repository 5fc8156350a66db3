/** Starts `fovea serve --as tensorflow-serving` as a process of its own, with two models and a label, for strangers to ask. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TemporaryFolders } from '../support/made-up-model.ts';
import { sixClassSide, writeSixClassModel } from '../support/six-class-model.ts';

/** Takes JPEGs; its label `stable` is version 1. */
export const picturesModel = {
  name: 'cifar10-resnet',
  folder: path.resolve('models', 'cifar10-resnet'),
  input: 'image_bytes',
  scores: 'probabilities',
} as const;

/** Takes float32 [N, side, side, 3]. */
export const tensorsModel = {
  name: 'six-classes',
  input: 'images',
  scores: 'scores',
  side: sixClassSide,
} as const;

export interface ServingStandIn {
  readonly restPort: number;
  readonly grpcPort: number;
  /** The folders of numbered versions, by name of the model. */
  readonly models: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Resolves when its models are ready. */
export async function startServingStandIn(folders: TemporaryFolders): Promise<ServingStandIn> {
  const made = await folders.make();
  await writeSixClassModel(made);
  const models = { [picturesModel.name]: picturesModel.folder, [tensorsModel.name]: made };
  const configFile = path.join(await folders.make(), 'models.config');
  await writeFile(configFile, modelConfig(models));
  const words = [
    ...['serve', '--as', 'tensorflow-serving', '--host', '127.0.0.1', '--log-format', 'json'],
    ...['--rest_api_port=0', '--grpc-port', '0', `--model_config_file=${configFile}`],
  ];
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [path.resolve('dist', 'gateway', 'main.js'), ...words], {
    env: { PATH, CACHE_DIR: await folders.make() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const ports = await new Promise<{ readonly restPort: number; readonly grpcPort: number }>(
    (resolve, reject) => {
      let found = { restPort: 0, grpcPort: 0 };
      createInterface(child.stdout).on('line', (line) => {
        const entry: unknown = JSON.parse(line);
        said += `${line}\n`;
        const [restPort, grpcPort] = [Number(fieldOf(entry, 'port')), Number(fieldOf(entry, 'grpcPort'))];
        if (grpcPort > 0) found = { restPort, grpcPort };
        if (String(fieldOf(entry, 'message')).startsWith('Ready after')) resolve(found);
      });
      void ended.then(() => {
        reject(new Error(`the server ended before it was ready: ${said}`));
      });
    },
  );
  return {
    ...ports,
    models,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
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
