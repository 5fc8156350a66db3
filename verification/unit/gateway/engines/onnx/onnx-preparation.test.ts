/** Pictures made into the tensors of a network that runs elsewhere, in real worker threads. */
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import type { Signature } from '../../../../../gateway/domain/engine.ts';
import type { PreparedInput } from '../../../../../gateway/domain/picture-preparation.ts';
import type { StatedPreprocessing } from '../../../../../gateway/domain/preprocessing.ts';
import { createOnnxPreparation } from '../../../../../gateway/engines/onnx/onnx-preparation.ts';
import { decodeImage } from '../../../../../gateway/imaging/decode-image.ts';
import { referenceResize } from '../../../../support/reference-resize.ts';
import { testPicture } from '../../../../support/test-picture.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const signature: Signature = {
  name: 'serving_default',
  inputs: [{ name: 'images', datatype: 'float32', shape: [null, 8, 9, 3] }],
  outputs: [{ name: 'scores', datatype: 'float32', shape: [null, 6] }],
};
const log = { info: () => undefined, warn: () => undefined };
const preparation = createOnnxPreparation({
  maxQueue: 4,
  maxPixels: 1_000_000,
  workers: 1,
  threadsPerWorker: 1,
  log,
});
const options = { signal: new AbortController().signal };

const folders = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('fovea-preparation-'));

async function opened(stated?: StatedPreprocessing): Promise<PreparedInput> {
  const input = await preparation.open(signature, stated, options);
  if (input === undefined) throw new Error('no picture can be made to fit');
  return input;
}

describe('createOnnxPreparation', () => {
  const pictures = [testPicture('baseline-444.jpg'), testPicture('progressive.jpg')];
  let loaded: PreparedInput;
  let foldersBefore: readonly string[] = [];

  beforeEach(async () => {
    foldersBefore = await folders();
    loaded = await opened();
  });

  afterEach(async () => {
    await loaded.close();
  });

  it('gives one row a picture, stretched and scaled as nobody says otherwise', async () => {
    const rows = await loaded.prepare(pictures, options);
    expect(rows).to.include({ datatype: 'float32' });
    expect(rows.shape).to.deep.equal([2, 8, 9, 3]);
    const expected: number[] = [];
    for (const bytes of pictures) {
      const decoded = await decodeImage(bytes, { dct: 'fast', channels: 3, maxPixels: 1_000_000 });
      expected.push(...referenceResize(decoded, [8, 9]).map((value) => value / 255));
    }
    expect(rows.elements).to.have.length(expected.length);
    for (const [index, value] of expected.entries()) expect(rows.elements[index]).to.be.closeTo(value, 1e-4);
  });

  it('follows the recipe that somebody states', async () => {
    const stated = await opened({ mean: [10, 10, 10], deviation: [2, 2, 2] });
    const [usual, other] = [await loaded.prepare(pictures, options), await stated.prepare(pictures, options)];
    await stated.close();
    for (const [index, value] of other.elements.entries()) {
      expect(Number(value)).to.be.closeTo((Number(usual.elements[index]) * 255 - 10) / 2, 1e-2);
    }
  });

  it('names the picture that cannot be decoded by its row', async () => {
    const error = await thrownBy(() => loaded.prepare([...pictures, Buffer.from('no picture')], options));
    expect(error).to.include({ kind: 'unsupported-image', row: 2 });
  });

  it('has nothing for a signature that no picture can be made to fit, and leaves nothing behind', async () => {
    const numbers: Signature = { ...signature, inputs: [{ name: 'x', datatype: 'int64', shape: [null] }] };
    expect(await preparation.open(numbers, undefined, options)).to.equal(undefined);
    await loaded.close();
    expect(await folders()).to.deep.equal(foldersBefore);
  });
});
