/** What reaches the second tier when a picture is sent to the gateway, in each way in which it can be sent. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { grpcServices } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { GrpcCaller, type CalledMethod } from '../support/grpc-caller.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { postPicture, startServer, type RunningServer } from '../support/running-server.ts';
import { servingBackend, type ServingBackend } from '../support/serving-backend.ts';
import { rowOf, servingModel, signatureNames } from '../support/serving-model.ts';
import { testPicture } from '../support/test-picture.ts';
import { plainJpeg } from '../support/tiny-engine.ts';

/** A photograph where it is, and small pictures with what a program that touches a JPEG loses first. */
const photograph = path.resolve('..', 'shared', 'data', 'golden', 'cat.jpg');
const ownPictures = ['exif-rotated.jpg', 'icc-profile.jpg', 'thumbnail-in-exif.jpg', 'cmyk-adobe.jpg'];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const hex = (rows: readonly Uint8Array[]): readonly string[] =>
  rows.map((row) => Buffer.from(row).toString('hex'));

for (const protocol of ['rest', 'grpc'] as const) {
  describe(`what reaches a second tier over ${protocol} through the gateway`, function () {
    this.timeout(60_000);
    const folders = new TemporaryFolders();
    let backend: ServingBackend;
    let gateway: RunningServer;
    let caller: GrpcCaller;
    let pictures: readonly Uint8Array[];

    before(async () => {
      pictures = [
        ...ownPictures.map(testPicture),
        ...(existsSync(photograph) ? [await readFile(photograph)] : []),
      ];
      backend = await servingBackend(protocol);
      gateway = await startGateway();
      caller = new GrpcCaller(gateway.grpcPort);
    });
    beforeEach(() => {
      backend.state.received.length = 0;
    });
    after(async () => {
      caller.close();
      expect(await gateway.stop()).to.equal(0);
      await backend.kill();
      await folders.remove();
    });

    async function startGateway(): Promise<RunningServer> {
      const started = await startServer({
        MODELS_DIR: await folders.make(),
        RESNET_MODEL: servingModel.name,
        TF_SERVICE: `127.0.0.1:${backend.address.port}`,
        TF_PROTOCOL: protocol,
      });
      await started.ready();
      return started;
    }

    const post = (body: Uint8Array | string, type: string, place = 'classify/tiny'): Promise<Response> =>
      fetch(`${gateway.url}/${place}`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });

    /** One picture at a time: its own class comes back, and its own bytes have gone there. */
    async function expectUnchanged(send: (picture: Uint8Array) => Promise<Response>): Promise<void> {
      for (const picture of pictures) {
        const answer = await send(picture);
        expect(await answer.json()).to.deep.equal({ classes: rowOf(picture).classIndex });
        expect(hex(backend.state.received.at(-1)?.rows ?? [])).to.deep.equal(hex([picture]));
      }
      expect(backend.state.received.map(({ protocol: way, signature }) => [way, signature])).to.deep.equal(
        pictures.map(() => [protocol, signatureNames.pictures]),
      );
    }

    it('is the picture of a form, byte for byte', () =>
      expectUnchanged((picture) => postPicture(`${gateway.url}/classify/tiny`, picture)));

    it('is a body that is the picture, byte for byte', () =>
      expectUnchanged((picture) => post(picture, 'image/jpeg')));

    it('is the picture in base64, byte for byte', () =>
      expectUnchanged((picture) => post(JSON.stringify({ image: base64(picture) }), 'application/json')));

    it('is every picture of one request, in their order', async () => {
      const classes = pictures.map((picture) => rowOf(picture).classIndex);
      const form = new FormData();
      for (const picture of pictures)
        form.append('image', new Blob([new Uint8Array(picture)]), 'picture.jpg');
      const answers = [
        await fetch(`${gateway.url}/classify/tiny`, { method: 'POST', body: form }),
        await post(JSON.stringify({ image: pictures.map(base64) }), 'application/json'),
      ];
      for (const answer of answers) expect(await answer.json()).to.deep.equal({ classes });
      expect(backend.state.received.map(({ rows }) => hex(rows))).to.deep.equal([
        hex(pictures),
        hex(pictures),
      ]);
    });

    it('is what a client of TensorFlow Serving has sent to the gateway', async () => {
      const instances = pictures.map((picture) => ({ b64: base64(picture) }));
      const overRest = await post(
        JSON.stringify({ instances }),
        'application/json',
        'v1/models/tiny:predict',
      );
      expect(await overRest.json()).to.have.nested.property('predictions.length', pictures.length);
      const image_bytes = {
        dtype: 7,
        tensor_shape: { dim: [{ size: String(pictures.length) }] },
        string_val: pictures,
      };
      const predict: CalledMethod<object, object> | undefined = grpcServices().predictionService['Predict'];
      if (predict === undefined) throw new Error('there is no method Predict');
      const { code, details } = await caller.call(predict, {
        model_spec: { name: 'tiny' },
        inputs: { image_bytes },
      });
      expect(code, details).to.equal(status.OK);
      expect(backend.state.received.map(({ rows }) => hex(rows))).to.deep.equal([
        hex(pictures),
        hex(pictures),
      ]);
    });

    it('is a tensor of the pixels where the model takes tensors only', async () => {
      backend.state.signatures = [signatureNames.tensors];
      const second = await startGateway();
      const colours = [
        [200, 40, 90],
        [10, 250, 128],
      ] as const;
      const sent = await Promise.all(colours.map(([red, green, blue]) => plainJpeg(red, green, blue)));
      backend.state.received.length = 0;
      const form = new FormData();
      for (const picture of sent) form.append('image', new Blob([new Uint8Array(picture)]), 'picture.jpg');
      const answer = await fetch(`${second.url}/classify/tiny`, { method: 'POST', body: form });
      const { signature, rows = [] } = backend.state.received[0] ?? {};
      expect(signature).to.equal(signatureNames.tensors);
      expect(await answer.json()).to.deep.equal({ classes: rows.map((row) => rowOf(row).classIndex) });
      // Two rows and columns of the one colour, from 0 to 1; JPEG keeps a channel within two levels.
      const values = rows.map((row) => [...new Float32Array(Uint8Array.from(row).buffer)]);
      for (const [index, colour] of colours.entries()) {
        expect(values[index]).to.have.length(2 * 2 * 3);
        for (const [at, value] of (values[index] ?? []).entries()) {
          expect(value * 255).to.be.closeTo(colour[at % 3] ?? NaN, 2.5);
        }
      }
      backend.state.signatures = Object.values(signatureNames);
      await second.stop();
    });
  });
}
