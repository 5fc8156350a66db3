/** Prints the table of docs/keras-families.md: node families-table.js FOLDER [report of `npm run bench -- --json`]. */
import { readFileSync } from 'node:fs';
import { readFamilies } from './families-record.ts';
import { measureFamily } from './measure-family.ts';

/** Milliseconds a picture of both sides, and the ratio of their speeds, by family. */
type Speeds = ReadonlyMap<string, readonly [ours: number, theirs: number, ratio: number]>;

const scenario = 'families';

function readSpeeds(file: string | undefined): Speeds {
  if (file === undefined) return new Map();
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const findings = list(at(report, 'findings')).filter((finding) => at(finding, 'scenario') === scenario);
  return new Map(
    findings
      .filter((finding) => at(finding, 'model') !== undefined)
      .map((finding) => {
        const [ours, theirs] = list(at(finding, 'details')).map((detail) => Number(at(detail, 'value')));
        return [
          String(at(finding, 'model')),
          [ours ?? NaN, theirs ?? NaN, Number(at(at(finding, 'result'), 'value'))],
        ] as const;
      }),
  );
}

function at(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('the report of the bench holds no list there');
  return value;
}

const shown = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '–';

async function printTable(folder: string, report: string | undefined): Promise<void> {
  const record = readFamilies(folder);
  if (record === undefined) throw new Error(`${folder} holds no families.json; export-families.py writes it`);
  const speeds = readSpeeds(report);
  const titles = ['Family', 'TensorFlow operations', 'ONNX operators', 'Parameters', 'Δ', 'Compile ms'];
  console.log(`| ${[...titles, 'Fovea ms', 'TensorFlow ms', 'Speed ÷ TensorFlow'].join(' | ')} |`);
  console.log(`| --- |${' ---: |'.repeat(8)}`);
  for (const family of record.families) {
    const measured = await measureFamily(record.root, family);
    const [ours, theirs, ratio] = speeds.get(family.name) ?? [];
    const cells = [
      family.name,
      measured.operations,
      measured.operators,
      measured.parameters.toLocaleString('en'),
      measured.difference.toExponential(1),
      measured.compileMilliseconds.toFixed(0),
      shown(ours, 1),
      shown(theirs, 1),
      shown(ratio, 2),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(`\nExports: ${record.made}.`);
}

const [folder, report] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder that export-families.py filled');
await printTable(folder, report);
