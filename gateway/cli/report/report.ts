/** Collects the results of `fovea classify` and writes the report about them. */
import type { ClassificationTarget } from '../../inference/classification.ts';
import type { FileResult } from '../classify-output.ts';
import { packageVersion } from '../version.ts';
import { classNames } from './class-names.ts';
import { writeReportFile } from './report-file.ts';
import { reportPage } from './report-page.ts';
import { Tally } from './tally.ts';
import { makeThumbnails } from './thumbnails.ts';
import { trueClassFinder, type TrueClass } from './true-class.ts';

export interface ReportOptions {
  /** Where the report goes; checked already. */
  readonly place: string;
  readonly target: ClassificationTarget;
  /** What the user named, and the pictures found there. */
  readonly places: readonly string[];
  readonly files: readonly string[];
  readonly maxPixels: number;
}

export class Report {
  readonly #options: ReportOptions;
  readonly #classCount: number | undefined;
  readonly #trueClassOf: (file: string) => TrueClass;
  readonly #tally = new Tally();
  readonly #began = performance.now();

  get place(): string {
    return this.#options.place;
  }

  constructor(options: ReportOptions) {
    const { target, places, files } = options;
    const { labels } = target.model.facts;
    this.#options = options;
    this.#classCount = target.signature.outputs.classCount ?? labels?.length;
    this.#trueClassOf = trueClassFinder({ labels, classCount: this.#classCount, places, files });
  }

  add({ file, outcome }: FileResult): void {
    if ('error' in outcome) {
      this.#tally.fail({ file, sentence: outcome.error });
      return;
    }
    const { class: predicted, predictions } = outcome;
    this.#tally.add({
      file,
      predicted,
      ranked: predictions.map((prediction) => prediction.class),
      confidence: predictions[0]?.probability ?? 0,
      truth: this.#trueClassOf(file),
    });
  }

  /** A sentence when the report could not be written; then nothing is. */
  async write(signal: AbortSignal): Promise<string | undefined> {
    const milliseconds = performance.now() - this.#began;
    const { place, target, maxPixels } = this.#options;
    const { name, version, facts } = target.model;
    const shown = [...this.#tally.samples, ...this.#tally.mistakes].map(({ file }) => file);
    const thumbnails = await makeThumbnails({ files: shown, maxPixels, signal });
    if (signal.aborted) return 'Stopped, so no report was written.';
    const page = reportPage({
      model: {
        name,
        version,
        title: facts.title,
        licence: facts.licence,
        classCount: this.#classCount,
      },
      nameOf: classNames(facts.labels),
      tally: this.#tally,
      thumbnails,
      top: target.top ?? 0,
      milliseconds,
      writtenAt: new Date(),
      programVersion: packageVersion(),
    });
    return writeReportFile(place, page);
  }
}
