/** Pictures before a model that takes tensors: prepared here, by whoever is plugged in, and sent as a tensor. */
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { PicturePreparation } from '../../../../../gateway/domain/picture-preparation.ts';
import type { ServingProtocol } from '../../../../support/serving-backend.ts';
import {
  madeUpJpeg,
  refusalOf,
  requestAbout,
  servingEngine,
  type ServingEngine,
} from '../../../../support/serving-engine.ts';
import { isJpeg, rowOf } from '../../../../support/serving-model.ts';

const signal = new AbortController().signal;

/** A picture becomes twelve times its third byte. */
const pixelsOf = (picture: Uint8Array): readonly number[] =>
  Array.from({ length: 12 }, () => picture[2] ?? 0);

interface Watched {
  readonly preparation: PicturePreparation;
  readonly opened: string[];
  closed: number;
}

function watchedPreparation(canBeMade = true): Watched {
  const watched: Watched = {
    opened: [],
    closed: 0,
    preparation: {
      async open(signature, stated) {
        watched.opened.push(`${signature.name} ${String(stated?.resize)}`);
        if (!canBeMade) return undefined;
        return {
          async prepare(pictures) {
            const bad = pictures.findIndex((picture) => !isJpeg(picture));
            if (bad >= 0) throw new ServingError('unsupported-image', 'Not a picture.', { row: bad });
            const elements = Float32Array.from(pictures.flatMap(pixelsOf));
            return { datatype: 'float32', shape: [pictures.length, 2, 2, 3], elements };
          },
          async close() {
            watched.closed += 1;
          },
        };
      },
    },
  };
  return watched;
}

for (const protocol of ['rest', 'grpc'] satisfies ServingProtocol[]) {
  describe(`pictures for a model of tensors over ${protocol}`, () => {
    let serving: ServingEngine;
    let model: LoadedModel;
    let watched: Watched;
    const start = async (canBeMade?: boolean): Promise<void> => {
      watched = watchedPreparation(canBeMade);
      serving = await servingEngine({ protocol, preparation: watched.preparation });
      serving.backend.state.signatures = ['tensors'];
      const version = { name: 'tiny', version: 3, preprocessing: { resize: 256 } };
      model = await serving.engine.load(version, { signal });
    };
    afterEach(() => serving.stop());

    it('have a signature of their own, which answers as the tensors do', async () => {
      await start();
      expect(watched.opened).to.deep.equal(['tensors 256']);
      expect(model.signatures.get('pictures')?.inputs).to.deep.equal([
        { name: 'image_bytes', datatype: 'string', shape: [null] },
      ]);
      const pictures = ['a', 'b', 'c'].map(madeUpJpeg);
      const request = { ...requestAbout(...pictures), signature: 'pictures', outputs: ['scores'] };
      const answer = await model.infer(request, { signal });
      const sent = pictures.map((picture) => new Uint8Array(Float32Array.from(pixelsOf(picture)).buffer));
      expect(serving.backend.state.received.at(-1)).to.include({ protocol, signature: 'tensors' });
      expect(Array.from(answer.get('scores')?.elements ?? [], Number)).to.deep.equal(
        sent.flatMap((bytes) => rowOf(bytes).scores),
      );
      expect([...answer.keys()]).to.deep.equal(['scores']);
    });

    it('are at fault with their row, as the preparation says', async () => {
      await start();
      const request = { ...requestAbout(madeUpJpeg('a'), Buffer.from('b')), signature: 'pictures' };
      const refusal = await refusalOf(() => model.infer(request, { signal }));
      expect(refusal).to.include({ kind: 'unsupported-image', row: 1 });
    });

    it('are let go of when the model is closed', async () => {
      await start();
      await model.close();
      expect(watched.closed).to.equal(1);
    });

    it('have no signature where they cannot be made to fit', async () => {
      await start(false);
      expect([...model.signatures.keys()]).to.deep.equal(['tensors']);
    });
  });
}

describe('pictures for a model of pictures', () => {
  it('need no preparation', async () => {
    const watched = watchedPreparation();
    const serving = await servingEngine({ protocol: 'rest', preparation: watched.preparation });
    expect([...(await serving.load()).signatures.keys()]).to.deep.equal(['serving_default', 'tensors']);
    expect(watched.opened).to.deep.equal([]);
    await serving.stop();
  });
});
