/** Ids of models on the Hugging Face hub, and which of the models here one of them means. */

/** A model that may be one of the hub's. */
export interface ModelOfHub {
  readonly name: string;
  /** Which one it is, where somebody says it. */
  readonly huggingFaceId?: string | undefined;
}

/** Whether a text has the form `owner/name`, as ids there have it. */
export function isHuggingFaceId(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,95}\/\w[\w.-]{0,95}$/.test(text);
}

/**
 * The model that is said to be the one of that id; else one that is called `owner--name` or `name`, unless it is said to
 * be another one. The hub does not tell capitals from small letters, and neither does this.
 */
export function modelOfId<Model extends ModelOfHub>(id: string, models: readonly Model[]): Model | undefined {
  const [owner = '', name = ''] = id.split('/');
  const stated = models.find(({ huggingFaceId }) => huggingFaceId !== undefined && isSame(huggingFaceId, id));
  if (stated !== undefined || !isHuggingFaceId(id)) return stated;
  const silent = models.filter(({ huggingFaceId }) => huggingFaceId === undefined);
  return [`${owner}--${name}`, name]
    .map((called) => silent.find((model) => isSame(model.name, called)))
    .find((model) => model !== undefined);
}

/** The name of the model that a name or an id means; the same name when no model is the one of that id. */
export function meantName<Name extends string | undefined>(
  name: Name,
  models: readonly ModelOfHub[],
): Name | string {
  if (name === undefined || !isHuggingFaceId(name)) return name;
  if (models.some((model) => model.name === name)) return name;
  return modelOfId(name, models)?.name ?? name;
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
