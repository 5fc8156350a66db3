/** Prepares models and pictures, runs the scenarios one after another and gathers what they found. */
import path from 'node:path';
import type { Bench, Scenario } from './bench.ts';
import { openChildSide } from './children/child-side.ts';
import { engineSide } from './children/side-options.ts';
import type { BenchOptions } from './command-line.ts';
import type { Finding } from './measurement/finding.ts';
import type { ProgressLine } from './report/progress-line.ts';
import type { Outcome, Skipped } from './report/report.ts';
import { findBenchPictures, spread } from './surroundings/find-bench-pictures.ts';
import { findModels } from './surroundings/find-models.ts';
import { surroundings } from './surroundings/machine.ts';

export interface BenchRun {
  readonly options: BenchOptions;
  readonly scenarios: readonly Scenario[];
  /** Absolute path of an empty folder. */
  readonly scratch: string;
  readonly line: ProgressLine;
}

const mostPictures = 400;

/** @throws Error when there is no model or no picture */
export async function runBench({ options, scenarios, scratch, line }: BenchRun): Promise<Outcome> {
  const findings: Finding[] = [];
  const skipped: Skipped[] = [];
  const broken: Skipped[] = [];
  let foreignShare = 0;
  line.show('looking for models and pictures');
  const shared = path.resolve('..', 'shared', 'data');
  const { modelsFolder, picturesFolder, familiesFolder, isQuick } = options;
  const needsModels = scenarios.some(({ isModelFree }) => isModelFree !== true);
  const found = needsModels
    ? await findModels({ modelsFolder, shared: path.join(shared, 'models'), scratch })
    : { models: [], missing: [] };
  for (const reason of found.missing) {
    line.say(reason);
    skipped.push({ scenario: 'all', reason });
  }
  if (needsModels && found.models.length === 0)
    throw new Error('There is no model to measure; name a folder with --models-dir.');
  const pictures = await findBenchPictures({
    folder: picturesFolder,
    shared: path.join(shared, 'imagenet-samples'),
    own: path.resolve('verification', 'test_data'),
  });
  const common = {
    models: found.models,
    pictures: spread(pictures.files, mostPictures),
    familiesFolder,
    isQuick,
    scratch,
    cache: path.join(scratch, 'cache'),
  };
  const benchFor = (scenario: string, place: string): Bench => ({
    ...common,
    progress: (words) => {
      line.show(`${place} ${scenario}: ${words}`);
    },
    disturbed: (share) => {
      foreignShare = Math.max(foreignShare, share);
    },
    found: (finding) => {
      const whole = { scenario, ...finding, foreignShare };
      foreignShare = 0;
      findings.push(whole);
      line.sayFinding(whole);
    },
    skipped: (reason, model) => {
      skipped.push({ scenario, reason, ...(model === undefined ? {} : { model }) });
      line.say(`${scenario}${model === undefined ? '' : `, ${model}`}: skipped: ${reason}`);
    },
  });
  await fillCache(benchFor('preparation', '[0]'));
  for (const [index, scenario] of scenarios.entries()) {
    try {
      await scenario.run(benchFor(scenario.name, `[${index + 1}/${scenarios.length}]`));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      broken.push({ scenario: scenario.name, reason });
      line.say(`${scenario.name}: BROKEN: ${reason}`);
    }
  }
  line.finish();
  return {
    surroundings: await surroundings(),
    isQuick,
    pictures: { folder: path.relative('.', pictures.folder), count: common.pictures.length },
    findings,
    skipped,
    broken,
  };
}

/** So that no scenario but the one about compiling ever waits for it. */
async function fillCache(bench: Bench): Promise<void> {
  for (const model of bench.models) {
    bench.progress(`compiling ${model.name}`);
    const side = await openChildSide(engineSide(bench, model, 1));
    await side.close();
  }
}
