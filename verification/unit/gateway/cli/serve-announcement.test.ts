/** What the log says at start about who answers, and what to do when nobody can. */
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { announceModels, announceReady } from '../../../../gateway/cli/serve-announcement.ts';
import { readConfiguration } from '../../../../gateway/configuration.ts';
import { createServer } from '../../../../gateway/server.ts';
import type { Log } from '../../../../gateway/telemetry/log.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

describe('the announcement of the server', () => {
  const folders = new TemporaryFolders();
  let folder = '';
  beforeEach(async () => {
    folder = path.join(await folders.make(), 'models');
    await mkdir(folder);
  });
  afterEach(() => folders.remove());

  async function announced(
    environment: Readonly<Record<string, string>> = {},
    address = { host: '0.0.0.0', port: 5000 },
  ): Promise<readonly string[]> {
    const lines: string[] = [];
    const note: Log['info'] = (_, line) => lines.push(line);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const outcome = readConfiguration({
      environment: { MODELS_DIR: folder, CACHE_DIR: path.join(folder, '.cache'), ...environment },
      flags: [],
    });
    if ('faults' in outcome) throw new Error(outcome.faults.join('\n'));
    const server = await createServer({ configuration: outcome.configuration, log, version: '0' });
    announceModels(server, { http: address, grpc: undefined }, log);
    announceReady(server, { address, log, milliseconds: 1234 });
    await server.close();
    return lines;
  }

  it('says who answers /classify/resnet', async () => {
    await writeFiles(folder, { 'mine/1/saved_model.pb': Buffer.from('graph') });
    const lines = await announced();
    expect(lines).to.include('Fovea listens on http://localhost:5000.');
    expect(lines).to.include('Loading mine.');
    expect(lines).to.include('/classify/resnet is answered by mine.');
  });

  for (const [host, name] of [
    ['::1', '[::1]'],
    ['::', 'localhost'],
    ['10.0.0.7', '10.0.0.7'],
  ] as const)
    it(`writes ${host} as a URL has it`, async () => {
      const lines = await announced({}, { host, port: 5000 });
      expect(lines).to.include(`Fovea listens on http://${name}:5000.`);
    });

  it('lets no stray folder that cannot be read take over /classify/resnet', async () => {
    await symlink('aaa', path.join(folder, 'aaa'));
    await writeFiles(folder, { 'mine/1/saved_model.pb': Buffer.from('graph') });
    expect(await announced()).to.include('/classify/resnet is answered by mine.');
  });

  it('does not say that a model answers which cannot be read, nor that none is installed', async () => {
    await symlink('aaa', path.join(folder, 'aaa'));
    for (const environment of [{}, { RESNET_MODEL: 'aaa' }]) {
      const lines = await announced(environment);
      expect(lines).to.include('/classify/resnet cannot answer: model aaa cannot be read.');
      expect(lines.join('\n')).to.not.match(/is answered by|No model is installed/);
    }
  });

  it('gives the whole command that installs what is missing, the folder included', async () => {
    const lines = await announced();
    expect(lines.find((line) => line.startsWith('No model is installed'))).to.be.a('string');
    expect(lines.find((line) => line.startsWith('/classify/resnet'))).to.match(
      /^\/classify\/resnet cannot answer: model (\S+) is not installed; install it with: npm run fovea -- models pull \1 --models-dir \/.*models$/,
    );
    expect(lines.at(-1)).to.match(/^Not ready: no model is installed; /);
  });

  it('names the known models when RESNET_MODEL is none of them', async () => {
    await writeFiles(folder, { 'mine/1/saved_model.pb': Buffer.from('graph') });
    const lines = await announced({ RESNET_MODEL: 'nope' });
    expect(lines.find((line) => line.startsWith('/classify/resnet'))).to.match(
      /^\/classify\/resnet cannot answer: there is no model called "nope"; known models: .*mine/,
    );
  });
});
