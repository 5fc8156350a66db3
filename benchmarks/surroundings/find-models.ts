/** The models to measure: those of a given folder, or the two kinds that the promises are about. */
import { mkdir, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { listInstalledModels } from '../../gateway/repository/model-folder.ts';
import { fillSavedModel } from '../../verification/support/fill-saved-model.ts';

/** Which promises hold for a model. */
export type ModelKind = 'edgetpu' | 'resnet50' | 'other';

export interface ModelUnderTest {
  readonly name: string;
  readonly version: number;
  /** Absolute path of the SavedModel. */
  readonly folder: string;
  readonly kind: ModelKind;
  /** A folder for MODELS_DIR that holds this model only. */
  readonly modelsFolder: string;
}

export interface FoundModels {
  readonly models: readonly ModelUnderTest[];
  /** Sentences about models that are missing. */
  readonly missing: readonly string[];
}

export interface FindModelsOptions {
  /** Folder in the form of MODELS_DIR; the two usual models when absent. */
  readonly modelsFolder?: string | undefined;
  /** Where shared models lie beside a checkout. */
  readonly shared: string;
  readonly scratch: string;
}

const resnetName = 'resnet_v2_fp32_savedmodel_NHWC_jpg';
const edgeTpuName = 'mobilenet_edgetpu_tf2';

export function kindOf(name: string): ModelKind {
  if (name === resnetName) return 'resnet50';
  return name.includes('edgetpu') ? 'edgetpu' : 'other';
}

export async function findModels(options: FindModelsOptions): Promise<FoundModels> {
  const { modelsFolder, scratch } = options;
  if (modelsFolder === undefined) return usualModels(options);
  const installed = await listInstalledModels([path.resolve(modelsFolder)]);
  const newest = installed.map(({ versions }) => versions.at(-1)).filter((version) => version !== undefined);
  const models = await Promise.all(newest.map((version) => alone(version, scratch)));
  return { models, missing: models.length === 0 ? [`There is no installed model in ${modelsFolder}.`] : [] };
}

async function usualModels({ shared, scratch }: FindModelsOptions): Promise<FoundModels> {
  const models: ModelUnderTest[] = [];
  const missing: string[] = [];
  const edgeTpu = path.join(shared, edgeTpuName, '1');
  if (await exists(path.join(edgeTpu, 'saved_model.pb'))) {
    models.push(await alone({ name: edgeTpuName, version: 1, folder: edgeTpu }, scratch));
  } else missing.push(`${edgeTpuName} is not measured: it does not lie in ${shared}.`);
  const version = 1_538_687_457;
  const graph = path.join(shared, resnetName, String(version));
  if (await exists(path.join(graph, 'variables', 'variables.index'))) {
    const folder = path.join(scratch, 'filled', resnetName, String(version));
    await fillSavedModel(graph, folder);
    models.push(await alone({ name: resnetName, version, folder }, scratch));
  } else missing.push(`${resnetName} is not measured: its graph does not lie in ${shared}.`);
  return { models, missing };
}

/** Links the model into a folder of its own, so that a server can be given nothing else. */
async function alone(
  { name, version, folder }: Pick<ModelUnderTest, 'name' | 'version' | 'folder'>,
  scratch: string,
): Promise<ModelUnderTest> {
  const modelsFolder = path.join(scratch, 'alone', name);
  await mkdir(path.join(modelsFolder, name), { recursive: true });
  const linked = path.join(modelsFolder, name, String(version));
  await symlink(folder, linked, 'dir');
  return { name, version, folder: linked, kind: kindOf(name), modelsFolder };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
