/** What reaches a backend: the bytes of a picture as they came, over connections that are kept. */
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  requestAbout,
  scoresOf,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { rowOf } from '../../../../support/serving-model.ts';
import { testPicture } from '../../../../support/test-picture.ts';

/** All byte values, in every position of a group of three as base64 has them. */
const everyByte = Uint8Array.from({ length: 256 * 3 + 4 }, (_, k) => {
  const marker = { 0: 0xff, 1: 0xd8, [256 * 3 + 2]: 0xff, [256 * 3 + 3]: 0xd9 }[k];
  return marker ?? Math.floor((k - 2) / 3) + ((k - 2) % 3) * 85;
});

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`what a backend receives over ${protocol}`, () => {
    let serving: ServingEngine;
    let model: LoadedModel;
    before(async () => {
      serving = await servingEngine({ protocol });
      model = await serving.load();
    });
    after(() => serving.stop());

    it('is each picture byte for byte, in its order', async () => {
      const names = ['baseline-420.jpg', 'progressive.jpg', 'cmyk-adobe.jpg', 'exif-rotated.jpg'];
      const pictures = [...names.map(testPicture), everyByte];
      const signal = new AbortController().signal;
      const answer = await model.infer(requestAbout(...pictures), { signal });
      const received = serving.backend.state.received.at(-1)?.rows ?? [];
      expect(received.map((row) => Buffer.from(row).toString('hex'))).to.deep.equal(
        pictures.map((bytes) => Buffer.from(bytes).toString('hex')),
      );
      expect(Array.from(answer.get('scores')?.elements ?? [], Number)).to.deep.equal(
        pictures.flatMap((bytes) => rowOf(bytes).scores),
      );
    });

    it('is a view of a larger buffer without what lies around it', async () => {
      const large = Buffer.concat([Buffer.alloc(9, 7), everyByte, Buffer.alloc(9, 7)]);
      await scoresOf(model, large.subarray(9, large.length - 9));
      expect(Buffer.from(serving.backend.state.received.at(-1)?.rows[0] ?? [])).to.deep.equal(
        Buffer.from(everyByte),
      );
    });

    it('is a tensor to the last bit', async () => {
      const elements = Float32Array.from([
        0.1,
        -0,
        1e-40,
        3.4e38,
        1 / 3,
        255,
        2 ** -24,
        16_777_217,
        7,
        8,
        9,
        10,
      ]);
      const images = { datatype: 'float32', shape: [1, 2, 2, 3], elements } as const;
      const request = { signature: 'tensors', inputs: new Map([['images', images]]) };
      await model.infer(request, { signal: new AbortController().signal });
      const [row = new Uint8Array()] = serving.backend.state.received.at(-1)?.rows ?? [];
      expect(Buffer.from(row).toString('hex')).to.equal(Buffer.from(elements.buffer).toString('hex'));
    });
  });
}

describe('connections over REST', () => {
  it('are kept and used again', async () => {
    const serving = await servingEngine({ protocol: 'rest' });
    const model = await serving.load();
    for (let k = 0; k < 20; k += 1) await scoresOf(model, everyByte);
    expect(serving.backend.connections()).to.equal(1);
    await serving.stop();
  });

  it('that are reset under a request are made anew, once', async () => {
    const serving = await servingEngine({ protocol: 'rest' });
    const model = await serving.load();
    const { state } = serving.backend;
    state.misbehave = (response) => {
      state.misbehave = undefined;
      response.socket?.resetAndDestroy();
    };
    expect(await scoresOf(model, everyByte)).to.deep.equal(rowOf(everyByte).scores);
    expect(serving.backend.connections()).to.equal(2);
    await serving.stop();
  });

  it('that the backend closed while they were idle cost nobody an error', async () => {
    const serving = await servingEngine({ protocol: 'rest' });
    const model = await serving.load();
    for (let k = 0; k < 5; k += 1) {
      expect(await scoresOf(model, everyByte)).to.deep.equal(rowOf(everyByte).scores);
      await serving.backend.kill();
      await serving.backend.restart();
    }
    await serving.stop();
  });
});
