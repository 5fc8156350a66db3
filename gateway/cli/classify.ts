/** `fovea classify`: classifies files and folders with the embedded engine, without a server. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { readConfiguration, type Configuration } from '../configuration.ts';
import { ServingError } from '../domain/errors.ts';
import { openModels, type ModelsInService } from '../models-in-service.ts';
import { createLog } from '../telemetry/log.ts';
import { outputForms, resultWriter, type FileResult, type OutputForm } from './classify-output.ts';
import { createCounter } from './counter.ts';
import { inOrder } from './in-order.ts';
import { namedPictures, type NamedPicture } from './named-pictures.ts';
import { unknownModelSentence } from './known-models.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { reportNameFault, reportPlaceFault } from './report/report-file.ts';
import { Report } from './report/report.ts';
import { reportFaults } from './report-faults.ts';
import { exitCodes, type Terminal } from './terminal.ts';

const usage = `fovea classify: classifies picture files without a server

Usage: fovea classify <files or folders…> [--model <name>] [--top <n>] [--output table|json|csv]
       [--report <file.html>]

Options:
  --model     which model answers (default: the one behind /classify/resnet)
  --top       how many predictions to show a picture (default 1)
  --output    table for people, json or csv for programs (default table)
  --report    also write an HTML page: samples, confusion matrix, reliability, mistakes

The settings of fovea serve apply too: --models-dir, --workers, --classify-formats and so on.

Exit code: 0 all classified, 1 at least one failed, 2 wrong usage.`;

interface Request {
  readonly words: readonly string[];
  readonly model: string;
  readonly top: number;
  readonly output: OutputForm;
  readonly report: string | undefined;
  readonly configuration: Configuration;
}

export async function classify(words: readonly string[], terminal: Terminal): Promise<number> {
  const own = takeOwnFlags(words, { switches: [], values: ['--model', '--top', '--output', '--report'] });
  if (wantsHelp(own)) {
    terminal.out.write(`${usage}\n`);
    return exitCodes.done;
  }
  const { places, flags } = splitWords(own.rest);
  const outcome = readConfiguration({
    environment: terminal.environment,
    envFile: terminal.envFile,
    flags,
  });
  const top = Number(own.values.get('--top') ?? 1);
  const output = outputForms.find((form) => form === (own.values.get('--output') ?? 'table'));
  const faults = [...own.faults, ...('faults' in outcome ? outcome.faults : [])];
  if (places.length === 0) faults.push('Name at least one picture file or folder; --help tells more.');
  if (!Number.isInteger(top) || top < 1) faults.push('--top must be a whole number above 0.');
  if (output === undefined) faults.push(`--output must be one of ${outputForms.join(', ')}.`);
  const report = own.values.get('--report');
  const nameFault = report === undefined ? undefined : reportNameFault(report);
  if (nameFault !== undefined) faults.push(nameFault);
  if (faults.length > 0 || output === undefined || 'faults' in outcome) {
    reportFaults(faults, terminal);
    return exitCodes.misused;
  }
  const model = own.values.get('--model') ?? 'resnet';
  return classifyAll(
    { words: places, model, top, output, report, configuration: outcome.configuration },
    terminal,
  );
}

/** Places are the words that neither are flags nor values of flags, and everything after a lone `--`. */
function splitWords(words: readonly string[]): { places: readonly string[]; flags: readonly string[] } {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const before = words.slice(0, end);
  const isFlag = before.map((word, index) => {
    const previous = before[index - 1];
    return word.startsWith('--') || (previous?.startsWith('--') === true && !previous.includes('='));
  });
  return {
    places: [...before.filter((_, index) => isFlag[index] === false), ...words.slice(end + 1)],
    flags: before.filter((_, index) => isFlag[index] === true),
  };
}

/** Enough for every worker to find the next picture waiting. */
const picturesAtOnce = availableParallelism() * 2;

async function classifyAll(request: Request, terminal: Terminal): Promise<number> {
  const { model, report } = request;
  const placeFault = report === undefined ? undefined : await reportPlaceFault(report);
  if (placeFault !== undefined) {
    reportFaults([placeFault], terminal);
    return exitCodes.failed;
  }
  const configuration = {
    ...request.configuration,
    // The limit is for strangers' requests; the command's own work is never too much.
    maxQueue: Math.max(request.configuration.maxQueue, picturesAtOnce),
  };
  const endings = configuration.classifyFormats.flatMap((format) =>
    format === 'jpeg' ? ['.jpg', '.jpeg'] : [`.${format}`],
  );
  const pictures = await namedPictures(request.words, endings);
  reportFaults(
    pictures.flatMap(({ fault }) => fault ?? []),
    terminal,
  );
  const log = createLog({ level: 'warn', pretty: true, destination: terminal.error });
  const models = await openModels({ configuration, log, only: model });
  const counter = createCounter(terminal.error);
  try {
    if (model !== 'resnet' && !models.known.includes(model) && !models.registry.knows(model)) {
      reportFaults([unknownModelSentence(model, models.known)], terminal);
      return exitCodes.failed;
    }
    counter.show(`loading ${models.installed[0] ?? model}`);
    await models.load(terminal.stop);
    const failed = await classifyPictures(request, pictures, { models, counter, terminal });
    return failed || terminal.stop.aborted ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    reportFaults([error.message], terminal);
    return exitCodes.failed;
  } finally {
    counter.clear();
    await models.close();
  }
}

/** Whether any of them failed. */
async function classifyPictures(
  { model, top, output, report: place, words, configuration }: Request,
  pictures: readonly NamedPicture[],
  {
    models,
    counter,
    terminal,
  }: { models: ModelsInService; counter: ReturnType<typeof createCounter>; terminal: Terminal },
): Promise<boolean> {
  const { classification } = models;
  const target = classification.target({ model, top });
  const files = pictures.flatMap(({ file, fault }) => (fault === undefined ? file : []));
  const writer = resultWriter(output, terminal.out);
  const report =
    place === undefined
      ? undefined
      : new Report({ place, target, places: words, files, maxPixels: configuration.maxPixels });
  let [done, failed] = [0, 0];
  const work = async ({ file, fault }: NamedPicture): Promise<FileResult> => {
    if (fault !== undefined) return { file, outcome: { error: fault } };
    try {
      const picture = { bytes: await readFile(file), name: file };
      const { classes, predictions } = await classification.classify(target, [picture], terminal.stop);
      return { file, outcome: { class: classes[0] ?? -1, predictions: predictions?.[0] ?? [] } };
    } catch (error) {
      const sentence = error instanceof ServingError ? error.message : 'The file cannot be read.';
      return { file, outcome: { error: sentence } };
    }
  };
  await inOrder({
    items: pictures,
    width: picturesAtOnce,
    work,
    done: (result) => {
      done += 1;
      if ('error' in result.outcome) failed += 1;
      counter.clear();
      writer.row(result);
      report?.add(result);
      counter.show(`${done} of ${pictures.length} pictures${failed > 0 ? `, ${failed} failed` : ''}`);
    },
    signal: terminal.stop,
  });
  counter.clear();
  writer.finish();
  if (report === undefined) return failed > 0;
  if (failed === done) {
    reportFaults([`No picture was classified, so ${report.place} is left as it is.`], terminal);
    return true;
  }
  counter.show('writing the report');
  const reportFault = await report.write(terminal.stop);
  counter.clear();
  if (reportFault === undefined) terminal.error.write(`The report is in ${report.place}.\n`);
  else reportFaults([reportFault], terminal);
  return failed > 0 || reportFault !== undefined;
}
