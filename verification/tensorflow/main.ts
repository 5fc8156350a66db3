/** The program behind `npm run verify:tensorflow`. */
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ProgressLine } from '../../benchmarks/report/progress-line.ts';
import { findBenchPictures, spread } from '../../benchmarks/surroundings/find-bench-pictures.ts';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import { createOnnxPreparation } from '../../gateway/engines/onnx/onnx-preparation.ts';
import { compareEngines } from './compare-engines.ts';
import { summaryOf, type ModelComparison } from './comparison.ts';
import { comparisonJson, comparisonTable } from './comparison-table.ts';
import { findModelsToCompare } from './find-models-to-compare.ts';
import { createTensorflowEngine } from './tensorflow-engine.ts';
import { loadTensorflow, missingTensorflow } from './tensorflow-package.ts';
import { readVerifyCommandLine, verifyHelp, type VerifyOptions } from './verify-command-line.ts';

const exitCodes = { holds: 0, differs: 1, misused: 2 } as const;

async function verify(options: VerifyOptions, line: ProgressLine): Promise<number> {
  const models = await findModelsToCompare(options);
  const { folder, files } = await findBenchPictures({
    folder: options.picturesFolder,
    shared: path.resolve('..', 'shared', 'data', 'imagenet-samples'),
    own: path.resolve('verification', 'test_data'),
  });
  const pictures = spread(files, options.count);
  line.show('loading TensorFlow');
  const loaded = await loadTensorflow();
  if (loaded === undefined) throw new Error(missingTensorflow);
  const { tensorflow, packageName } = loaded;

  const scratch = await mkdtemp(path.join(os.tmpdir(), 'fovea-verify-'));
  // Also when a signal ends the process in the middle.
  process.once('exit', () => {
    rmSync(scratch, { recursive: true, force: true });
  });
  const quiet = { info: () => undefined, warn: () => undefined };
  const limits = { maxQueue: 100, maxPixels: 1e9, log: quiet };
  const engines = {
    embedded: createOnnxEngine({ ...limits, cacheDirectory: scratch }),
    tensorflow: createTensorflowEngine({ tensorflow, preparation: createOnnxPreparation(limits) }),
  };
  const comparisons: ModelComparison[] = [];
  try {
    for (const model of models) {
      const comparison = await compareEngines(engines, model, {
        pictures,
        signal: new AbortController().signal,
        progress: (words) => {
          line.show(words);
        },
      });
      comparisons.push(comparison);
    }
  } finally {
    await Promise.all([engines.embedded.close(), engines.tensorflow.close()]);
  }
  line.finish();
  const json = comparisonJson(comparisons, { tensorflow: packageName, pictures: folder });
  const { reportFile } = options;
  process.stdout.write(reportFile === '-' ? json : comparisonTable(comparisons));
  if (reportFile !== undefined && reportFile !== '-') await writeFile(reportFile, json);
  return comparisons.every((one) => summaryOf(one).holds) ? exitCodes.holds : exitCodes.differs;
}

async function main(): Promise<number> {
  const commandLine = readVerifyCommandLine(process.argv.slice(2));
  if (commandLine.kind === 'help') {
    process.stdout.write(verifyHelp);
    return exitCodes.holds;
  }
  if (commandLine.kind === 'misused') {
    process.stderr.write(`${commandLine.fault}\n--help lists every option.\n`);
    return exitCodes.misused;
  }
  const line = new ProgressLine(process.stderr);
  try {
    return await verify(commandLine.options, line);
  } catch (error) {
    line.say(error instanceof Error ? error.message : String(error));
    return exitCodes.differs;
  }
}

// Without a handler the signal would end the process before what runs at its exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exit(exitCodes.differs);
  });
}

process.exitCode = await main();
