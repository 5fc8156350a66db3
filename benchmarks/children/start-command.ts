/** How `npm start` starts the server: its environment and its Node.js options, read from package.json. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface StartCommand {
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeOptions: readonly string[];
}

/** Of `exec env A=1 B=2 node --option scripts/start.mjs`: the assignments and the options. */
export function startCommand(root: string = process.cwd()): StartCommand {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const words = startScript(manifest).split(' ');
  const assignments = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('='));
  return {
    environment: Object.fromEntries(assignments.map(([name = '', value = '']) => [name, value])),
    nodeOptions: words.filter((word) => word.startsWith('--')),
  };
}

function startScript(manifest: unknown): string {
  const scripts = fieldOf(manifest, 'scripts');
  const start = fieldOf(scripts, 'start');
  if (typeof start !== 'string') throw new Error('package.json has no start script');
  return start;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
