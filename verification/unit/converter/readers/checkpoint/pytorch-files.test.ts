/** Files that PyTorch wrote: every tensor must be what PyTorch reads from the same file, bit for bit. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { NumericTensor } from '../../../../../gateway/domain/tensor.ts';
import { readCheckpoint } from '../../../../../converter/readers/checkpoint/read-checkpoint.ts';
import { refusalOf } from './written-file.ts';

const folder = path.resolve(process.cwd(), 'verification/fidelity/checkpoints');

interface Answers {
  readonly checkpoints: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
// What is of another shape fails the comparison below.
const { checkpoints } = JSON.parse(readFileSync(path.join(folder, 'torch-answers.json'), 'utf8')) as Answers;

/** As make-checkpoints.py writes what PyTorch read. */
function described({ datatype, shape, elements }: NumericTensor): unknown {
  const values =
    datatype === 'float32'
      ? Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength).toString('hex')
      : [...elements].map(String);
  return { shape, [datatype]: values };
}

describe('readCheckpoint on files that PyTorch wrote', () => {
  for (const [name, expected] of Object.entries(checkpoints)) {
    it(`reads ${name} as PyTorch does`, async () => {
      const { tensors } = await readCheckpoint(path.join(folder, name));
      expect([...tensors.keys()]).to.deep.equal(Object.keys(expected));
      for (const [key, tensor] of tensors) expect(described(tensor), key).to.deep.equal(expected[key]);
    });
  }

  for (const form of ['old', 'zip']) {
    it(`keeps the facts beside the weights and leaves the optimiser out (${form})`, async () => {
      const { tensors, metadata } = await readCheckpoint(path.join(folder, `training-${form}.pth`));
      expect([...metadata]).to.deep.equal([
        ['epoch', '12'],
        ['arch', 'tiny'],
      ]);
      expect([...tensors.keys()])
        .to.include('bn1.num_batches_tracked')
        .and.not.include('best_acc1');
    });
  }

  it('reads the facts of a safetensors file', async () => {
    const { metadata } = await readCheckpoint(path.join(folder, 'datatypes.safetensors'));
    expect([...metadata]).to.deep.equal([['format', 'pt']]);
  });

  for (const name of ['datatypes-old.pth', 'datatypes-zip.pth', 'datatypes.safetensors']) {
    const whole = readFileSync(path.join(folder, name));

    it(`refuses ${name} cut off anywhere`, async () => {
      for (let length = 0; length < whole.length; length += 47) {
        expect(await refusalOf(whole.subarray(0, length)), `${length} bytes`).to.be.a('string');
      }
      expect(await refusalOf(whole.subarray(0, -1))).to.be.a('string');
    });

    it(`reads ${name} with one wrong byte anywhere, or refuses it, but never stumbles`, async () => {
      for (let at = 0; at < whole.length; at += 13) {
        const spoilt = Buffer.from(whole);
        spoilt[at] = (whole[at] ?? 0) ^ (1 << (at % 8));
        const refusal = await refusalOf(spoilt);
        if (refusal !== undefined) expect(refusal, `byte ${at}`).to.match(/^model\.pth/);
      }
    });
  }
});
