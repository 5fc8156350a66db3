/** Which model answers `/classify/resnet`. */
import { meantName } from '../domain/hugging-face-id.ts';
import type { AbsentModel } from './absent-model.ts';

/** The model behind the name `resnet`, or the one that would be behind it were it installed. */
export type ResnetAlias = { readonly kind: 'model'; readonly name: string } | AbsentModel;

/** A model that the folders of MODELS_DIR or the package know. */
export interface KnownModel {
  readonly name: string;
  readonly huggingFaceId?: string | undefined;
  readonly isInstalled: boolean;
  /** It is there but cannot be served, since the system does not let it be read. */
  readonly isUnreadable?: boolean;
  /** The command that installs it, when there is something to install it from. */
  readonly installCommand?: string | undefined;
}

export interface ResnetAliasOptions {
  /** The value of `RESNET_MODEL`; undefined when it is not set. */
  readonly wanted: string | undefined;
  readonly models: readonly KnownModel[];
}

/** The bundled model: ten classes, there so that a fresh clone can answer at all. */
const bundledModel = 'cifar10-resnet';
/** The model to offer to whoever has nothing but the bundled one. */
const offeredModel = 'efficientnet-lite0';

/** The official model comes first, so that pulling it is enough to have it served. */
const preferredModels = ['resnet_v2_fp32_savedmodel_NHWC_jpg', offeredModel, bundledModel] as const;

/**
 * `RESNET_MODEL` decides when it is set, and a model it names that is not installed is absent: another one never
 * answers in its stead; an id of the Hugging Face hub is the model that it means. When it is not set: a model that is
 * itself called `resnet`, since whoever named a folder so meant that path; then the first installed of the preferred
 * models; then the first installed model, so that a folder with one model of any name needs no configuration.
 *
 * Nobody has meant that last one by its name, so a stray folder that cannot be read does not take the place of a model
 * that can; where there is none, it is named, so that its owner reads what is wrong with it.
 *
 * The bundled model comes before models that nobody has preferred: adding a folder must not change who answers.
 */
export function resnetAlias({ wanted, models }: ResnetAliasOptions): ResnetAlias {
  if (wanted !== undefined) return named(meantName(wanted, models), models);
  const installed = models.filter(({ isInstalled }) => isInstalled);
  const meant = ['resnet', ...preferredModels].find((candidate) =>
    installed.some(({ name }) => name === candidate),
  );
  const readable = installed.find(({ isUnreadable }) => isUnreadable !== true);
  const name = meant ?? (readable ?? installed[0])?.name;
  if (name !== undefined) return { kind: 'model', name };
  const wouldBe = preferredModels.find((candidate) =>
    models.some((model) => model.name === candidate && model.installCommand !== undefined),
  );
  return named(wouldBe ?? preferredModels[0], models);
}

/** The names that an engine which cannot list its models is asked for when nobody names one. */
export const usualNames: readonly string[] = ['resnet', ...preferredModels];

/**
 * Who answers when an engine holds the models itself: `wanted` whether or not it is there, else the first of `names`
 * that the engine holds, else the first of them, so that the reason for its absence is told.
 */
export function heldAlias(
  wanted: string | undefined,
  names: readonly string[],
  held: readonly string[],
): ResnetAlias {
  const name = wanted ?? names.find((candidate) => held.includes(candidate)) ?? names[0];
  return name === undefined ? { kind: 'unknown', name: 'resnet', known: [] } : { kind: 'model', name };
}

/** What to install when only the bundled model can answer; undefined when there is nothing to offer. */
export function offerBesides(alias: ResnetAlias, models: readonly KnownModel[]): KnownModel | undefined {
  if (alias.kind !== 'model' || alias.name !== bundledModel) return undefined;
  return models.find(
    ({ name, isInstalled, installCommand }) =>
      name === offeredModel && !isInstalled && installCommand !== undefined,
  );
}

function named(name: string, models: readonly KnownModel[]): ResnetAlias {
  const model = models.find((candidate) => candidate.name === name);
  if (model === undefined) return { kind: 'unknown', name, known: models.map((known) => known.name) };
  if (model.isInstalled) return { kind: 'model', name };
  return { kind: 'missing', name, installCommand: model.installCommand };
}
