/** Which model answers `/classify/resnet`. */

/** The model behind the name `resnet`, or the one that would be behind it were it installed. */
export type ResnetAlias =
  | { readonly kind: 'model'; readonly name: string }
  | { readonly kind: 'missing'; readonly name: string; readonly installCommand: string };

export interface ResnetAliasOptions {
  /** The value of `RESNET_MODEL`; undefined when it is not set. */
  readonly wanted: string | undefined;
  /** Names of the installed models in the order of `MODELS_DIR`. */
  readonly installed: readonly string[];
  readonly installCommand: (name: string) => string;
}

/** The official model comes first, so that pulling it is enough to have it served. */
const preferredModels = [
  'resnet_v2_fp32_savedmodel_NHWC_jpg',
  'efficientnet-lite0',
  'cifar10-resnet',
] as const;

/**
 * `RESNET_MODEL` decides when it is set, and a model it names that is not installed is missing: another one never
 * answers in its stead. When it is not set: a model that is itself called `resnet`, since whoever named a folder so
 * meant that path; then the first installed of the preferred models; then the first installed model, so that a
 * server with one model of any name needs no configuration.
 */
export function resnetAlias({ wanted, installed, installCommand }: ResnetAliasOptions): ResnetAlias {
  if (wanted !== undefined) {
    return installed.includes(wanted) ? { kind: 'model', name: wanted } : missing(wanted, installCommand);
  }
  const name =
    ['resnet', ...preferredModels].find((candidate) => installed.includes(candidate)) ?? installed[0];
  return name === undefined ? missing(preferredModels[0], installCommand) : { kind: 'model', name };
}

function missing(name: string, installCommand: (name: string) => string): ResnetAlias {
  return { kind: 'missing', name, installCommand: installCommand(name) };
}
