/** `fovea models` takes the settings of the server, by flag as well as by variable. */
import path from 'node:path';
import { expect } from 'chai';
import { models } from '../../../../gateway/cli/models-entry.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';
import { recordedTerminal } from '../../../support/recorded-terminal.ts';

describe('fovea models, its settings', () => {
  const folders = new TemporaryFolders();
  let folder = '';
  beforeEach(async () => {
    folder = await folders.make();
    await writeFiles(folder, { 'mine/1/saved_model.pb': Buffer.from('graph') });
  });
  afterEach(() => folders.remove());

  async function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const terminal = recordedTerminal({ environment });
    const code = await models(words, terminal);
    return { code, ...terminal.written };
  }

  for (const form of ['in two words', 'in one word', 'before the command']) {
    it(`looks where --models-dir says, ${form}, whatever MODELS_DIR says`, async () => {
      const words =
        form === 'in two words'
          ? ['list', '--models-dir', folder]
          : form === 'in one word'
            ? ['list', `--models-dir=${folder}`]
            : ['--models-dir', folder, 'list'];
      const outcome = await run(words, { MODELS_DIR: path.join(folder, 'elsewhere') });
      expect(outcome).to.include({ code: 0, error: '' });
      expect(outcome.out).to.match(/^mine +1 /m);
    });
  }

  it('knows the models of the package wherever it looks, and does not call them installed', async () => {
    const { out } = await run(['list', '--json', '--models-dir', folder]);
    const listed = JSON.parse(out) as readonly { name: string; installed: boolean; folder: string }[];
    const official = listed.find(({ name }) => name.startsWith('resnet_v2'));
    expect(official).to.include({ installed: false });
    expect(path.dirname(official?.folder ?? '')).to.equal(folder);
  });

  it('refuses a flag without its value and a flag that nobody knows', async () => {
    const bare = await run(['list', '--models-dir']);
    expect(bare.code).to.equal(2);
    expect(bare.error).to.include('--models-dir has no value');
    const unknown = await run(['list', '--modles-dir', folder]);
    expect(unknown.code).to.equal(2);
    expect(unknown.error).to.include('--modles-dir');
  });

  it('says in its help that the flag is known', async () => {
    expect((await run(['--help'])).out).to.include('--models-dir');
  });
});
