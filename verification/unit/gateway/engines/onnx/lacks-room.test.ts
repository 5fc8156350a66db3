/** When a failed build is put down to a full disk. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { lacksRoom } from '../../../../../gateway/engines/onnx/lacks-room.ts';

describe('lacksRoom', () => {
  let target = '';
  let source = '';
  beforeEach(async () => {
    target = await mkdtemp(path.join(tmpdir(), 'fovea-room-'));
    source = await mkdtemp(path.join(tmpdir(), 'fovea-room-'));
    await writeFile(path.join(source, 'saved_model.pb'), '');
  });
  afterEach(async () => {
    for (const folder of [target, source]) await rm(folder, { recursive: true });
  });

  it('compares what is free with the size of the model', async () => {
    expect(await lacksRoom(target, source)).to.equal(false);
    // A hole in a file takes no room, so that a model larger than any disk can be made.
    await truncate(path.join(source, 'saved_model.pb'), 8 * 2 ** 40);
    expect(await lacksRoom(target, source)).to.equal(true);
  });

  it('blames the disk for nothing that it cannot be asked about', async () => {
    expect(await lacksRoom(path.join(target, 'gone'), source)).to.equal(false);
    expect(await lacksRoom(target, path.join(source, 'gone'))).to.equal(false);
  });
});
