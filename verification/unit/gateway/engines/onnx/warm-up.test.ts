/** The first job of a worker, made from nothing but a signature. */
import { expect } from 'chai';
import type { SignatureProgram } from '../../../../../converter/program.ts';
import type { TensorSpecification } from '../../../../../gateway/domain/engine.ts';
import { warmUpPicture } from '../../../../../gateway/domain/warm-up-inputs.ts';
import { warmUpJob } from '../../../../../gateway/engines/onnx/warm-up.ts';
import { decodeImage } from '../../../../../gateway/imaging/decode-image.ts';

const outputs: readonly TensorSpecification[] = [
  { name: 'a', datatype: 'float32', shape: [null, 2] },
  { name: 'b', datatype: 'int64', shape: [null] },
];

function tensorProgram(inputs: readonly TensorSpecification[]): SignatureProgram {
  return { kind: 'tensor', signature: { name: 'other', inputs, outputs }, network: 'network-0' };
}

describe('warmUpJob', () => {
  it('is a small picture that every decoder here reads', async () => {
    for (const dct of ['fast', 'accurate'] as const) {
      const { width, height } = await decodeImage(warmUpPicture, { dct, channels: 3, maxPixels: 256 });
      expect([width, height]).to.deep.equal([16, 16]);
    }
  });

  it('asks a picture model about that picture, for all outputs', () => {
    const job = warmUpJob({
      kind: 'picture',
      signature: {
        name: 'serving_default',
        inputs: [{ name: 'x', datatype: 'string', shape: [null] }],
        outputs,
      },
      pictureInput: 'x',
      decoder: { dct: 'fast', channels: 3 },
      prepare: 'prepare-0',
      network: 'network-0',
      networkInput: 'prepared',
    });
    expect(job).to.deep.equal({
      kind: 'picture',
      signature: 'serving_default',
      pictures: [warmUpPicture],
      outputs: ['a', 'b'],
    });
  });

  it('gives a tensor model one row of zeros in each datatype', () => {
    const job = warmUpJob(
      tensorProgram([
        { name: 'x', datatype: 'float32', shape: [null, 2, 3] },
        { name: 'i', datatype: 'int64', shape: [] },
      ]),
    );
    expect(job).to.deep.equal({
      kind: 'tensor',
      signature: 'other',
      inputs: new Map([
        ['x', { datatype: 'float32', shape: [1, 2, 3], elements: new Float32Array(6) }],
        ['i', { datatype: 'int64', shape: [], elements: new BigInt64Array(1) }],
      ]),
      outputs: ['a', 'b'],
    });
  });

  it('is none when a size besides the rows is open, or strings are asked for', () => {
    expect(warmUpJob(tensorProgram([{ name: 'x', datatype: 'uint8', shape: [null, null] }]))).to.equal(
      undefined,
    );
    expect(warmUpJob(tensorProgram([{ name: 'x', datatype: 'string', shape: [null] }]))).to.equal(undefined);
  });
});
