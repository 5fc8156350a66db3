/** `fovea convert`: trained weights in; a SavedModel, an ONNX file and their manifests out, proven before they appear. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConversionReport } from '../../converter/conversion-report.ts';
import { ServingError } from '../domain/errors.ts';
import type { Prediction } from '../domain/prediction.ts';
import { digestFile } from '../repository/checksum.ts';
import { RepositoryError } from '../repository/repository-error.ts';
import { modelManifest, onnxManifest, type Converted } from './convert-manifest.ts';
import { convertFlags, convertUsage, readConvertOptions, type ConvertOptions } from './convert-options.ts';
import {
  movesFrom,
  onnxManifestOf,
  otherVersions,
  placesOf,
  refuseExisting,
  type ConvertPlaces,
} from './convert-places.ts';
import { checkOnnx, classifyWithOnnx, classifyWithSavedModel } from './convert-proof.ts';
import { printConversion } from './convert-report.ts';
import { readSources, type ConvertSources } from './convert-sources.ts';
import { Staging } from './convert-staging.ts';
import { createCounter } from './counter.ts';
import { wantsHelp } from './own-flags.ts';
import { reportFaults } from './report-faults.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { runInWorkshop } from './workshop.ts';
import type { WorkshopJob } from './workshop-messages.ts';

export async function convert(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = convertFlags(words);
  if (wantsHelp(own)) {
    terminal.out.write(`${convertUsage}\n`);
    return exitCodes.done;
  }
  const { options, faults } = readConvertOptions(own);
  if (faults.length > 0) {
    reportFaults([...faults, '--help tells every option.'], terminal);
    return exitCodes.misused;
  }
  try {
    await convertInStaging(options, terminal);
    return exitCodes.done;
  } catch (error) {
    if (terminal.stop.aborted) {
      reportFaults(['Stopped; nothing was written.'], terminal);
      return exitCodes.failed;
    }
    if (!(error instanceof RepositoryError) && !(error instanceof ServingError)) throw error;
    reportFaults([error.message], terminal);
    return exitCodes.misused;
  }
}

async function convertInStaging(options: ConvertOptions, terminal: Terminal): Promise<void> {
  const began = performance.now();
  const places = placesOf(options);
  await refuseExisting(places, options);
  const sources = await readSources(options);
  const staging = await Staging.open(places.base);
  try {
    const work: Work = { options, sources, terminal, staged: stagedPlaces(staging, options) };
    const digesting = sources.savedModelFolder === undefined ? digestFile(options.weights) : undefined;
    // Whatever is wrong with the file, the converter says it better.
    const digested = digesting?.catch(() => undefined);
    const report = await reportOf(work);
    const digest = await digested;
    const { labels } = sources;
    const weights = digest === undefined ? undefined : { name: path.basename(options.weights), digest };
    await writeDescriptions(work, { options, report, labels, weights }, places);
    const predictions = await proof(work, report);
    await staging.place(await movesFrom(work.staged, places, options.version));
    const seconds = (performance.now() - began) / 1000;
    printConversion(
      { options, places, report, sourceSize: digest?.size, seconds, predictions },
      terminal.out,
    );
  } finally {
    await staging.close();
  }
}

interface Work {
  readonly options: ConvertOptions;
  readonly sources: ConvertSources;
  readonly terminal: Terminal;
  readonly staged: ConvertPlaces;
}

function stagedPlaces({ folder }: Staging, options: ConvertOptions): ConvertPlaces {
  return placesOf({ ...options, output: path.join(folder, path.basename(options.output)) });
}

function preparationFile({ staged }: Work): string {
  return path.join(staged.base, '.preparation');
}

async function reportOf(work: Work): Promise<ConversionReport> {
  const { sources, staged, terminal } = work;
  await mkdir(staged.base, { recursive: true });
  const result = await runInWorkshop(jobOf(work), terminal);
  if (result.type !== 'converted') throw new Error('the workshop did other work');
  const { report } = result;
  const { labels } = sources;
  if (labels !== undefined && report.classCount !== undefined && labels.length !== report.classCount) {
    throw new RepositoryError(
      `There are ${labels.length} labels for ${report.classCount} classes; give one label for each class.`,
    );
  }
  return report;
}

function jobOf(work: Work): WorkshopJob {
  const { options, sources, staged } = work;
  const { weights, recipe, hasBackgroundClass, hasDynamicBatch, architecture, version } = options;
  const { picture, labels, savedModelFolder } = sources;
  if (savedModelFolder !== undefined && staged.onnxFile !== undefined) {
    const isStated = Object.keys(recipe).length > 0;
    return {
      kind: 'saved-model',
      request: {
        folder: savedModelFolder,
        onnxFile: staged.onnxFile,
        hasDynamicBatch,
        recipe: isStated ? recipe : undefined,
        preparationFile: preparationFile(work),
        needsPictures: picture !== undefined,
      },
    };
  }
  return {
    kind: 'checkpoint',
    request: {
      weights,
      recipe,
      hasBackgroundClass,
      hasDynamicBatch,
      ...(architecture === undefined ? {} : { architecture }),
      ...(labels === undefined ? {} : { labels }),
      ...(staged.modelFolder === undefined
        ? {}
        : { savedModelFolder: path.join(staged.modelFolder, String(version)) }),
      ...(staged.onnxFile === undefined
        ? {}
        : { onnxFile: staged.onnxFile, preparationFile: preparationFile(work) }),
    },
  };
}

async function writeDescriptions(
  { staged, options }: Work,
  converted: Converted,
  places: ConvertPlaces,
): Promise<void> {
  const { labels, report } = converted;
  const { modelFolder, onnxFile } = staged;
  if (modelFolder !== undefined) {
    const others = await otherVersions(places, options.version);
    if (labels !== undefined) await writeFile(path.join(modelFolder, 'labels.txt'), `${labels.join('\n')}\n`);
    await writeFile(path.join(modelFolder, 'manifest.json'), json(modelManifest(converted, others)));
  }
  if (onnxFile !== undefined && report.onnx !== undefined) {
    await writeFile(onnxManifestOf(onnxFile), json(onnxManifest(converted, report.onnx)));
  }
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

async function proof(work: Work, report: ConversionReport): Promise<readonly Prediction[]> {
  const { options, sources, staged, terminal } = work;
  const { onnxFile, modelFolder } = staged;
  const { picture, labels } = sources;
  const counter = createCounter(terminal.error);
  const ticking = setInterval(() => {
    counter.show('proving the result');
  }, 500);
  try {
    if (onnxFile !== undefined && report.onnx !== undefined) {
      await checkOnnx(
        { file: onnxFile, preparationFile: preparationFile(work), report },
        options.hasDynamicBatch,
      );
      terminal.stop.throwIfAborted();
    }
    if (picture === undefined) return [];
    if (modelFolder === undefined) {
      if (onnxFile === undefined) return [];
      return await classifyWithOnnx(
        { file: onnxFile, preparationFile: preparationFile(work), report, labels },
        picture,
      );
    }
    const [modelsFolder, cacheFolder] = [path.dirname(modelFolder), path.join(staged.base, '.cache')];
    const classCount = report.classCount ?? 1;
    return await classifyWithSavedModel(
      { modelsFolder, cacheFolder, name: options.name, classCount },
      picture,
      terminal,
    );
  } finally {
    clearInterval(ticking);
    counter.clear();
  }
}
