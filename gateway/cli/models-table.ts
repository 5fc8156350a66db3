/** Models as `fovea models list` shows them, to people and to programs. */
import type { InstalledModel, Unreadable } from '../repository/model-folder.ts';
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
    title: model.manifest?.title ?? null,
    licence: model.manifest?.licence ?? null,
    classes: model.manifest?.classes ?? model.labels?.length ?? null,
    labels: model.labels?.length ?? null,
    folder: model.folder,
    faults: model.faults,
  };
}

/** The table of all models, what is wrong with them, and how to install those that are not. */
export function modelsTable(models: readonly InstalledModel[], directories: readonly string[]): string[] {
  if (models.length === 0) {
    return [
      `No models in ${directories.join(', ')}. Set MODELS_DIR to a folder of the form <name>/<version>/saved_model.pb.`,
    ];
  }
  const described = models.map(describedModel);
  const rows = described.map(({ name, installed, unreadable, versions, classes, licence, title }) => [
    name,
    unreadable !== null ? 'cannot be read' : installed ? versions.join(', ') : 'not installed',
    classes === null ? '-' : String(classes),
    licence ?? '-',
    title ?? '-',
  ]);
  const faults = described.flatMap(({ name, faults: found }) => found.map((fault) => `${name}: ${fault}`));
  const missing = models.filter((model) => !describedModel(model).installed && model.manifest !== undefined);
  const advice = missing.map(({ name }) => `To install: fovea models pull ${name}`);
  return [...aligned([['MODEL', 'VERSIONS', 'CLASSES', 'LICENCE', 'TITLE'], ...rows]), ...faults, ...advice];
}
