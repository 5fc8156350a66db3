/** The program behind `npm run bench`. */
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { catalogue } from './catalogue.ts';
import { helpText, readCommandLine, type BenchOptions } from './command-line.ts';
import { ProgressLine } from './report/progress-line.ts';
import { allHold, reportJson } from './report/report.ts';
import { reportTable } from './report/table.ts';
import { runBench } from './run-bench.ts';

const exitCodes = { kept: 0, broken: 1, misused: 2 } as const;

async function bench(options: BenchOptions): Promise<number> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'fovea-bench-'));
  // Also when a signal ends the process in the middle.
  process.once('exit', () => {
    rmSync(scratch, { recursive: true, force: true });
  });
  const line = new ProgressLine(process.stderr);
  try {
    const { only, jsonFile } = options;
    const scenarios = catalogue.filter(({ name }) => only.length === 0 || only.includes(name));
    const outcome = await runBench({ options, scenarios, scratch, line });
    process.stdout.write(jsonFile === '-' ? reportJson(outcome) : reportTable(outcome));
    if (jsonFile !== undefined && jsonFile !== '-') await writeFile(jsonFile, reportJson(outcome));
    return allHold(outcome) ? exitCodes.kept : exitCodes.broken;
  } catch (error) {
    line.say(error instanceof Error ? error.message : String(error));
    return exitCodes.broken;
  }
}

// Without a handler the signal would end the process before what runs at its exit: servers and scratch would stay.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exit(exitCodes.broken);
  });
}

const commandLine = readCommandLine(process.argv.slice(2), catalogue);
if (commandLine.kind === 'help') process.stdout.write(helpText(catalogue));
else if (commandLine.kind === 'misused') {
  process.stderr.write(`${commandLine.fault}\n--help lists every option.\n`);
  process.exitCode = exitCodes.misused;
} else process.exitCode = await bench(commandLine.options);
