/** The engine on real threads: tensors, faults, queueing and its end. */
import { execFile } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { LoadedModel } from '../../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { usualLimits } from '../../../../../gateway/engines/onnx/failure-record.ts';
import { siblingModule } from '../../../../../gateway/sibling-module.ts';
import { dieCommand, refusalFile, waitCommand } from '../../../../support/faulty-onnx-worker.ts';
import { pictureRequest, plainJpeg, tinyEngine } from '../../../../support/tiny-engine.ts';
import type { TinyEngine } from '../../../../support/tiny-engine.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const quick = { ...usualLimits, coolDownMilliseconds: 50 };

describe('the ONNX engine on its threads', () => {
  let tiny: TinyEngine;
  let model: LoadedModel;
  const begin = async (overrides: Parameters<typeof tinyEngine>[0]) => {
    tiny = await tinyEngine({ failureLimits: quick, ...overrides });
    model = await tiny.load();
  };
  afterEach(() => tiny.stop());

  const infer = (pictures: readonly Uint8Array[], signal = new AbortController().signal) =>
    model.infer(pictureRequest(pictures), { signal });
  const refusalOf = async (work: Promise<unknown>) => {
    const error = await thrownBy(() => work);
    if (!(error instanceof ServingError)) throw new Error(`no ServingError but ${String(error)}`);
    return error;
  };
  const answers = async () => {
    const answer = await infer([await plainJpeg(0, 220, 0)]);
    expect(answer.get('classes')?.elements[0]).to.equal(1n);
  };

  describe('tensor signatures', () => {
    const lookUp = (...indices: number[]) =>
      model.infer(
        {
          signature: 'lookup',
          inputs: new Map([
            [
              'index',
              { datatype: 'int64', shape: [indices.length], elements: BigInt64Array.from(indices, BigInt) },
            ],
          ]),
        },
        { signal: new AbortController().signal },
      );

    it('answer tensors with tensors', async () => {
      await begin({});
      expect((await lookUp(2, 0, 3)).get('found')?.elements).to.deep.equal(Float32Array.of(30, 10, 40));
    });

    it('leave the memory of the caller alone', async () => {
      await begin({});
      const elements = BigInt64Array.of(1n, 2n);
      const inputs = new Map([['index', { datatype: 'int64', shape: [2], elements }]] as const);
      await model.infer({ signature: 'lookup', inputs }, { signal: new AbortController().signal });
      expect(elements).to.deep.equal(BigInt64Array.of(1n, 2n));
    });

    it('fail with a sentence of ours when the runtime fails, and go on', async () => {
      await begin({ workers: 1 });
      const error = await refusalOf(lookUp(99));
      expect(error.kind).to.equal('model-failed');
      expect(error.message).to.equal('The model failed on this input.');
      expect(String(error.cause)).to.match(/indices|out of/i);
      expect((await lookUp(1)).get('found')?.elements).to.deep.equal(Float32Array.of(20));
    });
  });

  it('does not take the memory of the pictures it is given', async () => {
    await begin({});
    const picture = await plainJpeg(10, 20, 30);
    // Memory of its own: what lies in the pool of Buffer could not be taken anyway.
    const shared = Buffer.from(new ArrayBuffer(6 + picture.length + 5));
    shared.write('before');
    shared.set(picture, 6);
    const view = shared.subarray(6, 6 + picture.length);
    await infer([view, view]);
    expect(shared.subarray(0, 6).toString()).to.equal('before');
    expect(Buffer.compare(view, picture)).to.equal(0);
  });

  describe('a disposable picture', () => {
    const spacious = async (...colour: Parameters<typeof plainJpeg>) => {
      const picture = await plainJpeg(...colour);
      const bytes = new Uint8Array(new ArrayBuffer(Buffer.poolSize + picture.length), 0, picture.length);
      bytes.set(picture);
      return bytes;
    };
    const dispose = (pictures: readonly Uint8Array[]) =>
      model.infer(
        { ...pictureRequest(pictures), areInputsDisposable: true },
        { signal: new AbortController().signal },
      );

    it('is handed to the worker without a copy', async () => {
      await begin({});
      const bytes = await spacious(0, 220, 0);
      const answer = await dispose([bytes]);
      expect(answer.get('classes')?.elements[0]).to.equal(1n);
      expect(bytes.byteLength).to.equal(0);
    });

    it('is copied when small, since small buffers share one', async () => {
      await begin({});
      const bytes = Buffer.from(await plainJpeg(0, 220, 0));
      expect(bytes.buffer.byteLength).to.equal(Buffer.poolSize);
      const before = Buffer.from(bytes);
      expect((await dispose([bytes])).get('classes')?.elements[0]).to.equal(1n);
      expect(Buffer.compare(bytes, before)).to.equal(0);
    });

    it('is copied when it comes with others', async () => {
      await begin({ workers: 2 });
      const bytes = await spacious(0, 220, 0);
      const answer = await dispose([bytes, bytes, bytes]);
      expect([...(answer.get('classes')?.elements ?? [])]).to.deep.equal([1n, 1n, 1n]);
      expect(bytes.byteLength).to.be.above(0);
    });
  });

  it('refuses a picture beyond the limit of pixels, by row', async () => {
    await begin({ maxPixels: 24 * 16 });
    const fits = await plainJpeg(1, 2, 3);
    await infer([fits]);
    await tiny.engine.close();
    const smaller = tiny.restarted({ maxPixels: 24 * 16 - 1 });
    model = await smaller.load();
    const error = await refusalOf(infer([fits]));
    expect(error).to.include({ kind: 'too-large', row: 0 });
    await smaller.engine.close();
  });

  describe('a worker that dies', () => {
    it('fails the request it held, and is replaced', async () => {
      await begin({ workers: 1, threadsPerWorker: 1 });
      const error = await refusalOf(infer([dieCommand]));
      expect(error).to.include({ kind: 'model-not-ready', retryAfterSeconds: 1 });
      expect(error.message).to.equal('The worker that held this request died; try again.');
      expect(model.readiness()).to.deep.equal({ ready: true });
      await answers();
    });

    it('takes no other request with it', async () => {
      await begin({ workers: 2, threadsPerWorker: 1 });
      const go = path.join(tiny.root, 'go');
      const other = infer([waitCommand(go)]);
      await refusalOf(infer([dieCommand]));
      await writeFile(go, '');
      expect((await other).get('classes')?.shape).to.deep.equal([1]);
    });

    it('makes the model not ready when it happens again and again, until a new worker answers', async () => {
      await begin({ workers: 1, threadsPerWorker: 1 });
      for (let death = 0; death < usualLimits.deaths; death += 1) await refusalOf(infer([dieCommand]));
      const readiness = model.readiness();
      expect(readiness).to.have.property('reason').that.includes('died 5 times');
      expect((await refusalOf(infer([dieCommand]))).message).to.include('died 5 times');
      await tiny.untilLogged('model ready again');
      expect(model.readiness()).to.deep.equal({ ready: true });
      await answers();
    });

    it('is not started again at once for ever when it cannot start', async () => {
      await begin({ workers: 1, threadsPerWorker: 1 });
      const [entry = ''] = await readdir(tiny.cacheDirectory);
      const refusal = path.join(tiny.cacheDirectory, entry, refusalFile);
      await writeFile(refusal, '');
      await refusalOf(infer([dieCommand]));
      await tiny.untilLogged('model not ready');
      expect(model.readiness()).to.have.property('reason').that.includes('3 times in a row');
      await rm(refusal);
      await tiny.untilLogged('model ready again');
      await answers();
    });
  });

  it('does not load a model whose workers do not start', async () => {
    await begin({ workers: 1 });
    const [entry = ''] = await readdir(tiny.cacheDirectory);
    await tiny.engine.close();
    await writeFile(path.join(tiny.cacheDirectory, entry, refusalFile), '');
    const again = tiny.restarted();
    expect((await refusalOf(again.load())).kind).to.equal('model-not-ready');
    await again.engine.close();
  });

  describe('under load', () => {
    it('refuses what may not wait any more, and answers everything it took', async () => {
      await begin({ workers: 1, threadsPerWorker: 1, maxQueue: 2 });
      const go = path.join(tiny.root, 'go');
      const taken = [infer([waitCommand(go)]), infer([waitCommand(go)]), infer([waitCommand(go)])];
      const refused = await refusalOf(infer([waitCommand(go)]));
      expect(refused).to.include({ kind: 'overloaded', retryAfterSeconds: 1 });
      await writeFile(go, '');
      expect(await Promise.all(taken)).to.have.length(3);
    });

    it('lets a caller leave while its picture is being worked on', async () => {
      await begin({ workers: 1, threadsPerWorker: 1 });
      const go = path.join(tiny.root, 'go');
      const caller = new AbortController();
      const left = infer([waitCommand(go)], caller.signal);
      const next = answers();
      caller.abort();
      expect((await refusalOf(left)).kind).to.equal('cancelled');
      await writeFile(go, '');
      await next;
    });
  });

  describe('the end', () => {
    it('lets what runs finish and rejects what waits', async () => {
      await begin({ workers: 1, threadsPerWorker: 1 });
      const go = path.join(tiny.root, 'go');
      const running = infer([waitCommand(go)]);
      const waiting = infer([waitCommand(go)]);
      const closing = model.close();
      expect((await refusalOf(waiting)).kind).to.equal('model-not-ready');
      await writeFile(go, '');
      expect((await running).size).to.equal(2);
      await closing;
    });

    it('does not wait for ever for a worker that is stuck', async () => {
      await begin({ workers: 1, threadsPerWorker: 1, closeGraceMilliseconds: 20 });
      const stuck = refusalOf(infer([waitCommand(path.join(tiny.root, 'never'))]));
      await model.close();
      expect((await stuck).kind).to.equal('model-not-ready');
    });

    for (const ending of ['close', 'forget']) {
      it(`leaves nothing that keeps the process alive (${ending})`, async () => {
        await begin({});
        const program = siblingModule('../../../../support/tiny-engine-process', import.meta.url).pathname;
        const { stdout } = await promisify(execFile)(process.execPath, [program, ending]);
        const [, classIndex, root = ''] = /^class (\d) (\S+)/.exec(stdout) ?? [];
        await rm(root, { recursive: true });
        expect(classIndex).to.equal('1');
      });
    }
  });
});
