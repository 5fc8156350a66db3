/** Pulls the model of a name, with its progress on the terminal: what `models pull` and `serve --pull` share. */
import type { ProgramEnvironment } from '../repository/find-pip.ts';
import { pullModel, type PulledVersion } from '../repository/pull-model.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { converterWorkshop } from './converter-workshop.ts';
import { modelNamed, type ModelPlaces } from './known-models.ts';
import { createProgressBar, type ProgressStream } from './progress-bar.ts';

export interface PullWish {
  readonly name: string;
  readonly places: ModelPlaces;
  /** The folder of MODEL_MIRROR, when it is set. */
  readonly mirror: string | undefined;
  /** Variables that pip runs with. */
  readonly processEnvironment: ProgramEnvironment;
  /** Takes progress and sentences about folders that cannot be read. */
  readonly progress: ProgressStream;
  readonly signal: AbortSignal;
}

/** @throws RepositoryError with a sentence for the operator, and the signal's reason when aborted. */
export async function pullByName(wish: PullWish): Promise<readonly PulledVersion[]> {
  const { name, places, progress, signal } = wish;
  const model = await modelNamed(places, name, (sentence) => {
    progress.write(`${sentence}\n`);
  });
  if (model.manifest === undefined) {
    const reason = model.faults.length === 0 ? 'It has no manifest.json.' : model.faults.join('\n  ');
    throw new RepositoryError(`${name} cannot be pulled, nothing usable says from where:\n  ${reason}`);
  }
  const bar = createProgressBar(progress);
  try {
    return await pullModel({
      name: model.name,
      folder: model.folder,
      shippedFolder: model.shippedFolder,
      manifest: model.manifest,
      mirror: wish.mirror,
      support: { environment: wish.processEnvironment, workshop: converterWorkshop },
      onProgress: (moved) => {
        bar.show(moved);
      },
      signal,
    });
  } finally {
    bar.finish();
  }
}

/** One sentence for each version. */
export function pullSentences(name: string, pulled: readonly PulledVersion[]): readonly string[] {
  return pulled.map(({ version, outcome, source }) =>
    outcome === 'installed'
      ? `${name}/${version} is installed and verified, from ${source ?? ''}.`
      : `${name}/${version} was already installed; its files are right.`,
  );
}
