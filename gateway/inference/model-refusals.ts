/** Why the registry gives no model: the errors for one that is absent, not ready, or not there in that version. */
import type { LoadedModel } from '../domain/engine.ts';
import { ServingError } from '../domain/errors.ts';
import { type AbsentModel, absenceSentence } from './absent-model.ts';
import type { ModelSlot, VersionSlot } from './model-slot.ts';

const RETRY_WHILE_LOADING_SECONDS = 5;
const RETRY_UNTIL_INSTALLED_SECONDS = 60;

/** @throws ServingError `model-not-ready` */
export function answering({ model, state, loaded, reason }: VersionSlot): LoadedModel {
  const title = `Model ${model.name} version ${model.version}`;
  if (state === 'failed') {
    throw new ServingError('model-not-ready', `${title} cannot answer: ${reason ?? 'it failed.'}`);
  }
  if (loaded === undefined) {
    throw new ServingError('model-not-ready', `${title} is still being loaded; try again in a few seconds.`, {
      retryAfterSeconds: RETRY_WHILE_LOADING_SECONDS,
    });
  }
  const readiness = loaded.readiness();
  if (readiness.ready) return loaded;
  const { retryAfterSeconds } = readiness;
  throw new ServingError('model-not-ready', `${title} cannot answer now: ${readiness.reason}`, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

export function notInstalled(model: AbsentModel): ServingError {
  return new ServingError('model-not-ready', absenceSentence(model), {
    retryAfterSeconds: RETRY_UNTIL_INSTALLED_SECONDS,
  });
}

/** For a model none of whose versions can be asked. */
export function withoutVersions(model: ModelSlot): ServingError {
  const { name, fault, pending, installCommand } = model;
  if (fault !== undefined)
    return new ServingError('model-not-ready', `Model ${name} cannot answer: ${fault}`);
  if (pending === undefined) return notInstalled({ kind: 'missing', name, installCommand });
  const { reason, retryAfterSeconds } = pending;
  const sentence =
    reason === undefined
      ? `Model ${name} is still being looked for; try again in a few seconds.`
      : `Model ${name} cannot answer now: ${reason}`;
  return new ServingError(pending.kind, sentence, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

export function unknownVersion(model: ModelSlot, version: number | undefined): ServingError {
  const served = model.slots.map((slot) => slot.model.version).join(', ');
  const onDisk = version !== undefined && model.installedVersions.includes(version);
  const sentence = onDisk
    ? `Version ${version} of model ${model.name} is installed but not served.`
    : `Model ${model.name} has no such version.`;
  return new ServingError('model-not-found', `${sentence} Served versions: ${served}.`);
}
