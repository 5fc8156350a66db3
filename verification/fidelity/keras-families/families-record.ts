/** Reads what `export-families.py` wrote beside the families it exported: which there are, and with which versions. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface RecordedFamily {
  readonly name: string;
  /** Absolute path of the SavedModel. */
  readonly folder: string;
  /** As Keras counts them. */
  readonly parameters: number;
}

export interface FamiliesRecord {
  readonly root: string;
  /** What made the exports, such as "TensorFlow 2.21.0, Keras 3.15.1, 2026-01-31". */
  readonly made: string;
  /** By name. */
  readonly families: readonly RecordedFamily[];
}

/** @returns `undefined` when no families are there. */
export function readFamilies(folder: string): FamiliesRecord | undefined {
  const root = path.resolve(folder);
  const file = path.join(root, 'families.json');
  if (!existsSync(file)) return undefined;
  const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const [tensorflow, keras, recorded] = ['tensorflow', 'keras', 'recorded'].map((name) =>
    String(field(record, name)),
  );
  const families = Object.entries(object(field(record, 'families'))).map(([name, entry]) => ({
    name,
    folder: path.join(root, name, '1'),
    parameters: Number(field(entry, 'parameters')),
  }));
  families.sort((one, another) => one.name.localeCompare(another.name, 'en'));
  return { root, made: `TensorFlow ${tensorflow ?? ''}, Keras ${keras ?? ''}, ${recorded ?? ''}`, families };
}

function object(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new Error('families.json holds no object there');
  return value;
}

function field(value: unknown, name: string): unknown {
  const found = Object.entries(object(value)).find(([key]) => key === name);
  if (found === undefined) throw new Error(`families.json lacks ${name}`);
  return found[1];
}
