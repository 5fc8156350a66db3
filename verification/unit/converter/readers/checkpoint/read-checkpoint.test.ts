/** What stands around the weights: wrappers and prefixes that come off, and files that are no checkpoint at all. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readCheckpoint } from '../../../../../converter/readers/checkpoint/read-checkpoint.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import {
  code,
  dictionary,
  integer,
  oldCheckpoint,
  oneTensor,
  storage,
  tensor,
  text,
} from './pickle-bytes.ts';
import { readBytes, refusalOf } from './written-file.ts';

const three = { 0: [1, 2, 3] };
const stored = tensor(storage('0', 3), { shape: [3], strides: [1] });
const namesIn = async (state: Buffer) => [...(await readBytes(oldCheckpoint(state, three))).tensors.keys()];

describe('readCheckpoint', () => {
  for (const wrapper of ['state_dict', 'model_state_dict', 'model', 'net']) {
    it(`finds the weights in ${wrapper}, not the tensors beside it`, async () => {
      expect(await namesIn(dictionary({ rng: stored, [wrapper]: oneTensor }))).to.deep.equal(['w']);
    });
  }

  it('finds the weights in a wrapper inside of a wrapper, and facts from both', async () => {
    const inner = dictionary({ model: oneTensor, arch: text('tiny') });
    const checkpoint = await readBytes(
      oldCheckpoint(dictionary({ epoch: integer(3), state_dict: inner }), three),
    );
    expect([...checkpoint.tensors.keys()]).to.deep.equal(['w']);
    expect(Object.fromEntries(checkpoint.metadata)).to.deep.equal({ epoch: '3', arch: 'tiny' });
  });

  it('takes prefixes off that all names have, one inside of the other', async () => {
    const names = await namesIn(
      dictionary({ 'module._orig_mod.a.weight': stored, 'module._orig_mod.b': stored }),
    );
    expect(names).to.deep.equal(['a.weight', 'b']);
  });

  it('leaves a prefix that only some names have', async () => {
    expect(await namesIn(dictionary({ 'module.a': stored, b: stored }))).to.deep.equal(['module.a', 'b']);
  });

  it('does not follow a wrapper that contains itself', async () => {
    const circle = Buffer.concat([
      Buffer.from('}q\x00('),
      text('model'),
      code('h', Buffer.from([0])),
      Buffer.from('u'),
    ]);
    expect(await refusalOf(oldCheckpoint(circle, {}))).to.match(/holds no weights/);
  });

  const others: readonly (readonly [what: string, bytes: Buffer, sentence: string])[] = [
    ['an empty file', Buffer.alloc(0), 'is empty'],
    ['a web page', Buffer.from('\n<!DOCTYPE html><html><body>Not found</body></html>'), 'is a web page'],
    [
      'a pointer of Git LFS',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'),
      'Git LFS',
    ],
    ['a text', Buffer.from('tench\ngoldfish\n'), 'is a text file'],
    ['an ONNX model', Buffer.from('080a1207707974', 'hex'), 'is an ONNX model'],
    ['the graph of a SavedModel', Buffer.from('080112a0010a', 'hex'), 'is the graph of a SavedModel'],
    ['an HDF5 file', Buffer.from('894844460d0a1a0a00', 'hex'), 'is an HDF5 file'],
    ['a TensorFlow Lite model', Buffer.from('1c00000054464c33', 'hex'), 'TensorFlow Lite'],
    ['a packed file', Buffer.from('1f8b080000000000', 'hex'), 'gzip'],
    ['a tar archive', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\x0000')]), 'tar archive'],
    ['a picture', Buffer.from('ffd8ffe000104a46', 'hex'), 'is a picture'],
    [
      'bytes without meaning',
      Buffer.from('00ff00ff00ff00ff00ff', 'hex'),
      'is no checkpoint this program knows',
    ],
  ];
  for (const [what, bytes, sentence] of others) {
    it(`says what ${what} is`, async () => {
      expect(await refusalOf(bytes))
        .to.match(/^model\.pth: It /)
        .and.include(sentence);
    });
  }

  it('lets nothing from the file reach a terminal as a command', async () => {
    const state = dictionary({ '\x1b[2Jw': tensor(storage('0', 3), { shape: [9], strides: [1] }) });
    expect(await refusalOf(oldCheckpoint(state, three)))
      .to.include('?[2Jw')
      .and.not.include('\x1b');
  });

  it('says what is wrong with a folder and with a file that is not there', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'checkpoint-'));
    try {
      const empty = await thrownBy(() => readCheckpoint(folder));
      await writeFile(path.join(folder, 'saved_model.pb'), '');
      const savedModel = await thrownBy(() => readCheckpoint(folder));
      const missing = await thrownBy(() => readCheckpoint(path.join(folder, 'model.pth')));
      expect(empty).to.be.instanceOf(UnsupportedModel).with.property('message').that.includes('is a folder');
      expect(savedModel)
        .to.be.instanceOf(UnsupportedModel)
        .with.property('message')
        .that.includes('SavedModel folder');
      expect(missing)
        .to.be.instanceOf(UnsupportedModel)
        .with.property('message', 'model.pth cannot be read; check that it is there and may be read.');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
