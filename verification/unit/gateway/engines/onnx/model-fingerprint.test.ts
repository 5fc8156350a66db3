/** What counts as a change of a model's files. */
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { modelFingerprint } from '../../../../../gateway/engines/onnx/model-fingerprint.ts';

const names = ['saved_model.pb', 'variables/variables.index', 'variables/variables.data-00000-of-00001'];
const moment = new Date('2020-01-01');

describe('modelFingerprint', () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  /** The modification time is put back, so that nothing but the content can tell. */
  const write = async (name: string, content: string): Promise<void> => {
    await writeFile(at(name), content);
    await utimes(at(name), moment, moment);
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fovea-fingerprint-'));
    await mkdir(at('variables'));
    for (const name of names) await write(name, 'abc');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const changes = async (act: () => Promise<unknown>): Promise<boolean> => {
    const before = await modelFingerprint(folder);
    await act();
    return (await modelFingerprint(folder)) !== before;
  };

  it('stays when nothing changes, wherever the folder lies', async () => {
    expect(await changes(() => Promise.resolve())).to.equal(false);
    const moved = `${folder}-moved`;
    const before = await modelFingerprint(folder);
    await rename(folder, moved);
    folder = moved;
    expect(await modelFingerprint(folder)).to.equal(before);
  });

  it('stays when an archive has cut the fractions of a second off the times', async () => {
    for (const name of names) await utimes(at(name), moment, new Date(moment.getTime() + 987));
    const cut = async (): Promise<void> => {
      for (const name of names) await utimes(at(name), moment, moment);
    };
    expect(await changes(cut)).to.equal(false);
  });

  for (const name of names.slice(0, 2)) {
    it(`sees other content of the same length and time in ${name}`, async () => {
      expect(await changes(() => write(name, 'abd'))).to.equal(true);
    });
  }

  it('sees weights of another size or time, a new file and a missing one', async () => {
    const [, , weights = ''] = names;
    expect(await changes(() => write(weights, 'abcd'))).to.equal(true);
    expect(await changes(() => utimes(at(weights), moment, new Date('2020-01-02')))).to.equal(true);
    expect(await changes(() => write('variables/more', ''))).to.equal(true);
    expect(await changes(() => rm(at(weights)))).to.equal(true);
  });
});
