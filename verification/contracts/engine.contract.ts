/** What every engine promises, as one list of cases; each adapter runs all of it. */
import { expect } from 'chai';
import type { Engine, InferenceRequest, LoadedModel } from '../../gateway/domain/engine.ts';
import { ServingError } from '../../gateway/domain/errors.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { thrownBy } from '../support/thrown-by.ts';

/** An engine that has loaded a model of one picture input, with pictures it tells apart. */
export interface EngineUnderTest {
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly pictureInput: string;
  /** An output of numbers, one row per picture. */
  readonly scores: string;
  /** At least 40 pictures with different scores. */
  readonly pictures: readonly Uint8Array[];
  stop(): Promise<void>;
}

export function verifyEngine(title: string, start: () => Promise<EngineUnderTest>): void {
  describe(`${title} keeps the engine contract`, () => {
    let subject: EngineUnderTest;
    before(async () => {
      subject = await start();
    });
    after(() => subject.stop());

    const signal = () => new AbortController().signal;
    const requestFor = (pictures: readonly Uint8Array[]): InferenceRequest => ({
      inputs: new Map([[subject.pictureInput, stringTensor(pictures)]]),
    });
    const scoresOf = async (pictures: readonly Uint8Array[]) => {
      const answer = await subject.model.infer(requestFor(pictures), { signal: signal() });
      return numbersOf(answer.get(subject.scores));
    };
    const refusalOf = async (request: InferenceRequest, from = signal()) => {
      const error = await thrownBy(() => subject.model.infer(request, { signal: from }));
      if (!(error instanceof ServingError)) throw new Error(`no ServingError but ${String(error)}`);
      return error;
    };

    it('answers the same picture the same way twice', async () => {
      const picture = subject.pictures.slice(0, 1);
      expect(await scoresOf(picture)).to.deep.equal(await scoresOf(picture));
    });

    it('gives a batch the answers of its pictures one by one, in their order', async () => {
      const pictures = subject.pictures.slice(0, 11);
      const singles: number[] = [];
      for (const picture of pictures) singles.push(...(await scoresOf([picture])));
      const batch = await scoresOf(pictures);
      expect(batch).to.have.length(singles.length);
      for (const [k, score] of batch.entries()) expect(score).to.be.closeTo(singles[k] ?? NaN, 1e-4);
    });

    it('gives only the outputs that were asked for', async () => {
      const request = { ...requestFor(subject.pictures.slice(0, 2)), outputs: [subject.scores] };
      const answer = await subject.model.infer(request, { signal: signal() });
      expect([...answer.keys()]).to.deep.equal([subject.scores]);
    });

    it('names every output of its signature and gives it the stated datatype and shape', async () => {
      const [signature] = subject.model.signatures.values();
      const answer = await subject.model.infer(requestFor(subject.pictures.slice(0, 3)), {
        signal: signal(),
      });
      for (const { name, datatype, shape } of signature?.outputs ?? []) {
        expect(answer.get(name)?.datatype).to.equal(datatype);
        expect(answer.get(name)?.shape).to.deep.equal(shape?.map((size) => size ?? 3));
      }
      expect(answer.size).to.equal(signature?.outputs.length);
    });

    it('refuses an input it does not know, by name', async () => {
      const error = await refusalOf({ inputs: new Map([['no_such_input', stringTensor(subject.pictures)]]) });
      expect(error.kind).to.equal('invalid-input');
      expect(error.message).to.include('no_such_input').and.include(subject.pictureInput);
    });

    it('refuses an output it does not know, by name', async () => {
      const error = await refusalOf({
        ...requestFor(subject.pictures.slice(0, 1)),
        outputs: ['no_such_output'],
      });
      expect(error.kind).to.equal('invalid-input');
      expect(error.message).to.include('no_such_output').and.include(subject.scores);
    });

    it('refuses an output that is asked for twice, by name', async () => {
      const error = await refusalOf({
        ...requestFor(subject.pictures.slice(0, 1)),
        outputs: [subject.scores, subject.scores],
      });
      expect(error.kind).to.equal('invalid-input');
      expect(error.message).to.include(subject.scores).and.include('twice');
    });

    it('refuses a signature it does not know, by name', async () => {
      const error = await refusalOf({
        ...requestFor(subject.pictures.slice(0, 1)),
        signature: 'no_such_signature',
      });
      expect(error.kind).to.equal('invalid-input');
      expect(error.message).to.include('no_such_signature');
    });

    it('refuses a request without the picture', async () => {
      const error = await refusalOf({ inputs: new Map() });
      expect(error.kind).to.equal('invalid-input');
      expect(error.message).to.include(subject.pictureInput);
    });

    it('refuses a wrong datatype and says which one was expected', async () => {
      const floats: Tensor = { datatype: 'float32', shape: [1], elements: new Float32Array(1) };
      const error = await refusalOf({ inputs: new Map([[subject.pictureInput, floats]]) });
      expect(error.kind).to.equal('invalid-input');
      expect(error.message).to.include('string').and.include('float32');
    });

    it('refuses a wrong rank and an empty batch', async () => {
      const table: Tensor = { datatype: 'string', shape: [1, 1], elements: subject.pictures.slice(0, 1) };
      expect((await refusalOf({ inputs: new Map([[subject.pictureInput, table]]) })).kind).to.equal(
        'invalid-input',
      );
      expect((await refusalOf(requestFor([]))).kind).to.equal('invalid-input');
    });

    it('names the first bad picture of a batch by its row', async () => {
      const pictures = [...subject.pictures.slice(0, 12)];
      pictures[5] = Buffer.from('not a picture');
      pictures[10] = Buffer.from('neither is this');
      const error = await refusalOf(requestFor(pictures));
      expect(error.kind).to.equal('unsupported-image');
      expect(error.row).to.equal(5);
    });

    it('goes on answering after a bad picture', async () => {
      await refusalOf(requestFor([Buffer.from('not a picture')]));
      expect(await scoresOf(subject.pictures.slice(0, 1))).not.to.be.empty;
    });

    it('drops work whose caller has gone', async () => {
      const error = await refusalOf(requestFor(subject.pictures.slice(0, 1)), AbortSignal.abort());
      expect(error.kind).to.equal('cancelled');
    });

    it('gives 40 concurrent callers each the answer to their own picture', async () => {
      const pictures = subject.pictures.slice(0, 40);
      const expected: number[][] = [];
      for (const picture of pictures) expected.push(await scoresOf([picture]));
      expect(new Set(expected.map(String)), 'pictures that can be told apart').to.have.lengthOf(40);
      const answers = await Promise.all(pictures.map((picture) => scoresOf([picture])));
      expect(answers).to.have.length(40);
      for (const [k, answer] of answers.entries()) {
        for (const [j, score] of answer.entries()) expect(score).to.be.closeTo(expected[k]?.[j] ?? NaN, 1e-4);
      }
    });

    // The last cases: what is closed stays closed.
    it('is ready until it is closed, and refuses afterwards', async () => {
      expect(subject.model.readiness()).to.deep.equal({ ready: true });
      await subject.model.close();
      expect(subject.model.readiness().ready).to.equal(false);
      expect((await refusalOf(requestFor(subject.pictures.slice(0, 1)))).kind).to.equal('model-not-ready');
    });

    it('may be closed twice, the engine too', async () => {
      await subject.model.close();
      await subject.engine.close();
      await subject.engine.close();
    });
  });
}

function stringTensor(elements: readonly Uint8Array[]): Tensor {
  return { datatype: 'string', shape: [elements.length], elements };
}

function numbersOf(tensor: Tensor | undefined): number[] {
  if (tensor === undefined || tensor.datatype === 'string') throw new Error('scores are numbers');
  return Array.from(tensor.elements, Number);
}
