/** Models as `fovea models list` shows them, to people and to programs. */
import type { InstalledModel, Unreadable } from '../repository/installed-model.ts';
import { huggingFaceIdOf } from '../repository/hugging-face-models.ts';
import { titleOf } from '../repository/model-title.ts';
import { aligned } from './aligned.ts';

/** One model in the JSON of `fovea models list --json`; `null` where nothing says it. */
export interface DescribedModel {
  readonly name: string;
  /** True also of what cannot be read: it is there. */
  readonly installed: boolean;
  /** What of the model cannot be read, for which it cannot be served. */
  readonly unreadable: Unreadable | null;
  readonly versions: readonly number[];
  readonly title: string | null;
  /** The Python class that its `model-settings.json` names, which is never run. */
  readonly implementation: string | null;
  /** The model of the Hugging Face hub that it is. */
  readonly huggingFace: string | null;
  readonly licence: string | null;
  readonly classes: number | null;
  /** Number of labels. */
  readonly labels: number | null;
  readonly folder: string;
  readonly faults: readonly string[];
}

export function describedModel(model: InstalledModel): DescribedModel {
  return {
    name: model.name,
    installed: model.versions.length > 0 || model.unreadable !== undefined,
    unreadable: model.unreadable ?? null,
    versions: model.versions.map(({ version }) => version),
    title: titleOf(model) ?? null,
    implementation: model.settings?.implementation ?? null,
    huggingFace: huggingFaceIdOf(model) ?? null,
    licence: model.manifest?.licence ?? null,
    classes: model.manifest?.classes ?? model.labels?.length ?? null,
    labels: model.labels?.length ?? null,
    folder: model.folder,
    faults: model.faults,
  };
}

/** The versions, labelled where their owner calls them otherwise, or why there are none. */
function installation({ versions, unreadable, refusal }: InstalledModel): string {
  if (unreadable !== undefined) return 'cannot be read';
  if (refusal !== undefined) return 'cannot be served';
  if (versions.length === 0) return 'not installed';
  return versions
    .map(({ version, label }) => (label === undefined ? String(version) : `${version} (${label})`))
    .join(', ');
}

/** The table of all models, what is wrong with them, and how to install those that are not. */
export function modelsTable(models: readonly InstalledModel[], directories: readonly string[]): string[] {
  if (models.length === 0) {
    return [
      `No models in ${directories.join(', ')}. Set MODELS_DIR to a folder of the form <name>/<version>/saved_model.pb.`,
    ];
  }
  const rows = models.map((model) => {
    const { classes, licence, title } = describedModel(model);
    const count = classes === null ? '-' : String(classes);
    return [model.name, installation(model), count, licence ?? '-', title ?? '-'];
  });
  const faults = models.flatMap(({ name, faults: found }) => found.map((fault) => `${name}: ${fault}`));
  const missing = models.filter((model) => !describedModel(model).installed && model.manifest !== undefined);
  const advice = missing.map(({ name }) => `To install: fovea models pull ${name}`);
  return [...aligned([['MODEL', 'VERSIONS', 'CLASSES', 'LICENCE', 'TITLE'], ...rows]), ...faults, ...advice];
}
