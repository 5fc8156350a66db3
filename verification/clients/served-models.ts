/** `fovea serve` with the bundled model, one that takes tensors and, where it is at hand, one of ImageNet. */
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { TemporaryFolders } from '../support/made-up-model.ts';
import { startServer, type RunningServer } from '../support/running-server.ts';
import { writeSixClassModel } from '../support/six-class-model.ts';
import { picturesModel, tensorsModel } from './serving-stand-in.ts';

const shared = path.resolve('..', 'shared', 'data');

/** Takes JPEGs; its cat is class 286. */
export const edgeTpuModel = {
  name: 'mobilenet_edgetpu_tf2',
  folder: path.join(shared, 'models', 'mobilenet_edgetpu_tf2'),
  picture: path.join(shared, 'golden', 'cat.jpg'),
  class: 286,
} as const;

export const isEdgeTpuThere = existsSync(path.join(edgeTpuModel.folder, '1', 'saved_model.pb'));

export interface ServedModelsOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** More models: folders of numbered versions, by name. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Resolves when its models are ready; `resnet` is the bundled one unless the environment says otherwise. */
export async function startWithModels(
  folders: TemporaryFolders,
  { environment = {}, more = {} }: ServedModelsOptions = {},
): Promise<RunningServer> {
  const modelsFolder = await folders.make();
  const tensorsFolder = path.join(modelsFolder, tensorsModel.name);
  await mkdir(tensorsFolder);
  await writeSixClassModel(tensorsFolder);
  const models = {
    [picturesModel.name]: picturesModel.folder,
    ...(isEdgeTpuThere ? { [edgeTpuModel.name]: edgeTpuModel.folder } : {}),
    ...more,
  };
  for (const [name, folder] of Object.entries(models)) await symlink(folder, path.join(modelsFolder, name));
  const server = await startServer({
    MODELS_DIR: modelsFolder,
    CACHE_DIR: await folders.make(),
    RESNET_MODEL: picturesModel.name,
    WORKERS: '1',
    ...environment,
  });
  await server.ready();
  return server;
}
