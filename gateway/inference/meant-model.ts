/** Finds the model, and the version of it, that a request means by the words that it uses. */
import { meantName } from '../domain/hugging-face-id.ts';
import type { ModelSlot } from './model-slot.ts';

/** The name of the model that a name or an id of the Hugging Face hub means; the same name when it means none. */
export function meantModel(name: string, models: Iterable<ModelSlot>): string {
  const ofHub = [...models].map((model) => ({ name: model.name, huggingFaceId: model.facts.huggingFaceId }));
  return meantName(name, ofHub);
}

/** The number of the version that its owner calls so. */
export function labelledVersion(model: ModelSlot | undefined, label: string): number | undefined {
  return model?.slots.find((slot) => slot.model.label === label)?.model.version;
}
