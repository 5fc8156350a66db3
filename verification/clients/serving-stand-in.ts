/** `fovea serve --as tensorflow-serving` with two models and a label, for strangers to ask. */
import path from 'node:path';
import type { TemporaryFolders } from '../support/made-up-model.ts';
import { startModelServer, type ModelServerProcess } from '../support/model-server-process.ts';
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

export interface ServingStandIn extends ModelServerProcess {
  /** The folders of numbered versions, by name of the model. */
  readonly models: Readonly<Record<string, string>>;
}

/** Resolves when its models are ready. */
export async function startServingStandIn(folders: TemporaryFolders): Promise<ServingStandIn> {
  const made = await folders.make();
  await writeSixClassModel(made);
  const models = { [picturesModel.name]: picturesModel.folder, [tensorsModel.name]: made };
  return { ...(await startModelServer(models, folders)), models };
}
