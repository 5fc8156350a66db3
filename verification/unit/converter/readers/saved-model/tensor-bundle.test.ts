/** Single tensors out of a checkpoint on disk, and a sentence for each way it can be damaged. */
import { mkdtemp, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { TensorBundle } from '../../../../../converter/readers/saved-model/tensor-bundle.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { checkpointFiles, float32Bytes } from './checkpoint-files.ts';

/** The sentence a promise is refused with. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(UnsupportedModel);
  return outcome instanceof UnsupportedModel ? outcome.message : '';
}

describe('TensorBundle', () => {
  let folder = '';
  const shard = () => path.join(folder, 'variables', 'variables.data-00001-of-00002');
  const openBundle = () => TensorBundle.open(folder, 'variables/variables');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'checkpoint-'));
    await mkdir(path.join(folder, 'variables'));
    const files = checkpointFiles(
      {
        weights: { datatype: 1, shape: [2, 2], bytes: float32Bytes(1, -2, 3.5, 0), shard: 1 },
        step: { datatype: 9, shape: [], bytes: new Uint8Array(BigInt64Array.of(-7n).buffer) },
        after: { datatype: 4, shape: [3], bytes: Uint8Array.of(9, 8, 7), shard: 1 },
        brain: { datatype: 14, shape: [1], bytes: Uint8Array.of(0, 0) },
        crooked: { datatype: 1, shape: [3], bytes: float32Bytes(1, 2) },
        enormous: { datatype: 1, shape: [2 ** 40], bytes: float32Bytes(1) },
        mistaken: { datatype: 4, shape: [1], bytes: Uint8Array.of(1), checksum: 5 },
      },
      2,
    );
    for (const [name, bytes] of files) await writeFile(path.join(folder, 'variables', name), bytes);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('lists the keys without the header', async () => {
    const bundle = await openBundle();
    expect(bundle.keys()).to.deep.equal([
      'after',
      'brain',
      'crooked',
      'enormous',
      'mistaken',
      'step',
      'weights',
    ]);
    expect(bundle.has('weights')).to.equal(true);
    expect(bundle.has('')).to.equal(false);
  });

  it('reads tensors from the shards they are in', async () => {
    const bundle = await openBundle();
    expect(await bundle.read('weights')).to.deep.equal({
      datatype: 'float32',
      shape: [2, 2],
      elements: Float32Array.of(1, -2, 3.5, 0),
    });
    expect(await bundle.read('step')).to.deep.equal({
      datatype: 'int64',
      shape: [],
      elements: BigInt64Array.of(-7n),
    });
    expect(await bundle.read('after')).to.deep.equal({
      datatype: 'uint8',
      shape: [3],
      elements: Uint8Array.of(9, 8, 7),
    });
  });

  it('says which tensor does not match its checksum', async () => {
    const sentence = await refusal((await openBundle()).read('mistaken'));
    expect(sentence)
      .to.contain('mistaken')
      .and.contain('checksum')
      .and.contain('variables.data-00000-of-00002');
  });

  it('says which shard is cut off or missing, without its place on the machine', async () => {
    const bundle = await openBundle();
    await truncate(shard(), 10);
    const cut = await refusal(bundle.read('weights'));
    expect(cut).to.contain('variables/variables.data-00001-of-00002 is cut off').and.not.contain(folder);
    await rm(shard());
    const missing = await refusal(bundle.read('weights'));
    expect(missing).to.contain('variables/variables.data-00001-of-00002 is missing').and.not.contain(folder);
  });

  it('refuses shapes that do not fit the bytes, however large', async () => {
    const bundle = await openBundle();
    expect(await refusal(bundle.read('crooked'))).to.contain('needs 12 bytes where 8 are stored');
    expect(await refusal(bundle.read('enormous'))).to.contain('where 4 are stored');
  });

  it('names unknown tensors and datatypes', async () => {
    const bundle = await openBundle();
    expect(await refusal(bundle.read('nothing'))).to.contain('no tensor nothing');
    expect(await refusal(bundle.read('brain')))
      .to.contain('brain')
      .and.contain('unsupported-14');
  });

  it('says that the index is missing', async () => {
    await rm(path.join(folder, 'variables', 'variables.index'));
    expect(await refusal(openBundle()))
      .to.contain('variables/variables.index is missing')
      .and.not.contain(folder);
  });
});
