/** Words for a model that is not there and for what to do about it: log, readiness and answers say the same. */

import { isHuggingFaceId } from '../domain/hugging-face-id.ts';

/** A model that cannot be loaded, since nothing of it is installed. */
export type AbsentModel =
  /** Known, with the command that installs it where there is one. */
  | { readonly kind: 'missing'; readonly name: string; readonly installCommand?: string | undefined }
  /** A name that nothing here bears; `known` are those that could be meant. */
  | { readonly kind: 'unknown'; readonly name: string; readonly known: readonly string[] };

/** For a client: `Model m is not installed. Install it with: …` */
export function absenceSentence(model: AbsentModel): string {
  const sentences = statements(model).map(
    (statement) => statement.charAt(0).toUpperCase() + statement.slice(1),
  );
  // Whoever copies a command must not copy a full stop.
  return `${sentences.join('. ')}${isCommandLast(model) ? '' : '.'}`;
}

/** For a list of reasons: `model m is not installed; install it with: …` */
export function absenceReason(model: AbsentModel): string {
  return statements(model).join('; ');
}

function isCommandLast(model: AbsentModel): boolean {
  return model.kind === 'missing' && model.installCommand !== undefined;
}

/** What is wrong and what to do. */
function statements(model: AbsentModel): readonly [string, string] {
  const name = printable(model.name);
  if (model.kind === 'unknown') {
    const known =
      model.known.length === 0 ? 'no model is installed' : `known models: ${model.known.join(', ')}`;
    if (isHuggingFaceId(model.name))
      return [`no model here is "${name}" of Hugging Face`, `${hubAdvice}; ${known}`];
    return [`there is no model called "${name}"`, known];
  }
  const { installCommand } = model;
  const advice =
    installCommand === undefined ? 'the log of the server says why' : `install it with: ${installCommand}`;
  return [`model ${name} is not installed`, advice];
}

/** What to do about a model of the hub that is not here. */
export const hubAdvice =
  'nothing is downloaded by itself: convert its weights with npm run fovea -- convert, or say huggingFace in the manifest of the model that it is';

/** The name may come from a stranger's request. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
