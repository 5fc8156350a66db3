/** A tree like this repository, but tiny: the real scripts, three packages packed on the spot, one source file. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { create } from 'tar';

const repository = process.cwd();
const realPackages = path.join(repository, 'node_modules');
const realMocha: string = pathToFileURL(path.join(realPackages, 'mocha')).href;

/** Stand-ins that lead to the real TypeScript and mocha, so that nothing is downloaded. */
const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pebble: { 'pebble.js': 'export default 1;\n' },
  typescript: { 'bin/tsc': `require(${JSON.stringify(path.join(realPackages, 'typescript/bin/tsc'))});\n` },
  mocha: {
    'package.json': '{"name":"mocha","version":"1.0.0","type":"module","exports":{".":"./mocha.js"}}',
    'mocha.js': `export { default } from '${realMocha}/index.js';\n`,
    'bin/mocha.js': `import '${realMocha}/bin/mocha.js';\n`,
  },
};

export const mainSource = `/** Says how it was started. */
import process from 'node:process';
console.log(JSON.stringify({ words: process.argv.slice(2), pid: process.pid }));
`;

const settings = {
  compilerOptions: {
    module: 'NodeNext',
    target: 'ES2023',
    lib: ['ES2023'],
    strict: true,
    types: [],
    rootDir: '.',
    outDir: 'dist',
  },
  include: ['gateway/**/*.ts', 'verification/**/*.ts'],
};

/** A tree with nothing installed and nothing built. */
export async function createSmallTree(folder: string): Promise<void> {
  fs.cpSync(path.join(repository, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  write(folder, 'gateway/main.ts', mainSource);
  // The compiler needs no type package for the one thing the source takes from Node.js.
  write(
    folder,
    'gateway/process.d.ts',
    "declare module 'node:process' { const it: any; export default it; }\ndeclare const console: any;\n",
  );
  write(folder, 'tsconfig.json', JSON.stringify(settings));
  const locked = await Promise.all(Object.keys(packages).map((name) => pack(folder, name)));
  const dependencies = Object.fromEntries(locked.map(({ name, resolved }) => [name, resolved]));
  const own = { name: 'small-tree', version: '1.0.0' };
  write(folder, 'package.json', JSON.stringify({ ...own, type: 'module', private: true, dependencies }));
  const entries = Object.fromEntries(
    locked.map(({ name, ...entry }) => [`node_modules/${name}`, { version: '1.0.0', ...entry }]),
  );
  write(
    folder,
    'package-lock.json',
    JSON.stringify({
      ...own,
      lockfileVersion: 3,
      requires: true,
      packages: { '': { ...own, dependencies }, ...entries },
    }),
  );
}

export interface Finished {
  readonly code: number | null;
  readonly output: string;
  /** Standard error, where preparation speaks. */
  readonly said: string;
  readonly pid: number | undefined;
}

export interface Running {
  readonly finished: Promise<Finished>;
  /** Resolves once standard error holds `text`. */
  hasSaid(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `node <words>` in the tree, with a registry that nobody answers. */
export function start(folder: string, words: readonly string[]): Running {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    npm_config_cache: path.join(path.dirname(folder), 'npm-cache'),
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
  };
  const child = spawn(process.execPath, [...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return {
    finished: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, output, said, pid: child.pid });
      });
    }),
    hasSaid: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (said.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        child.once('close', () => {
          reject(new Error(`ended without saying "${text}":\n${said}`));
        });
        look();
      }),
    kill: (signal) => child.kill(signal),
  };
}

export function run(folder: string, words: readonly string[]): Promise<Finished> {
  return start(folder, words).finished;
}

export function write(folder: string, name: string, content: string): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

async function pack(
  folder: string,
  name: string,
): Promise<{ readonly name: string; readonly resolved: string; readonly integrity: string }> {
  const archive = path.join(folder, `${name}.tgz`);
  const content = path.join(folder, '.packing', name);
  write(content, 'package/package.json', JSON.stringify({ name, version: '1.0.0' }));
  for (const [file, text] of Object.entries(packages[name] ?? {})) write(content, `package/${file}`, text);
  await create({ file: archive, gzip: true, cwd: content, portable: true }, ['package']);
  fs.rmSync(content, { recursive: true });
  const digest = createHash('sha512').update(fs.readFileSync(archive)).digest('base64');
  return { name, resolved: `file:${name}.tgz`, integrity: `sha512-${digest}` };
}
