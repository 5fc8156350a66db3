/** One line that says what a model is. */
import { huggingFaceIdOf } from './hugging-face-models.ts';
import type { InstalledModel } from './installed-model.ts';

/** The manifest's; for a model that only MLServer's file describes, its id or the class that would run it there. */
export function titleOf(model: Pick<InstalledModel, 'manifest' | 'settings'>): string | undefined {
  const implementation = model.settings?.implementation;
  const note = implementation === undefined ? undefined : `made for ${implementation}, which is not run`;
  return model.manifest?.title ?? huggingFaceIdOf(model) ?? note;
}
