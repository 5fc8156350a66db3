/** The same pictures through every dialect, both transports and every engine: the same scores, and the same kind of refusal. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { picturesModel } from '../clients/serving-stand-in.ts';
import type { AskedServer, Fault, Outcome } from '../support/asked-outcome.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { classCount, pictureDialects, type PicturesQuestion } from '../support/picture-dialects.ts';
import {
  engineNames,
  startOnEachEngine,
  type EngineName,
  type ServersOnEachEngine,
} from '../support/servers-on-each-engine.ts';

const mostPictures = 4;
/** What text leaves of 32 bits. */
const mostDifference = 1e-6;

const picture = (name: string): Promise<Buffer> =>
  readFile(path.resolve('verification', 'test_data', `${name}.jpg`));

const [plain, grey, truncated, enormous] = await Promise.all(
  ['baseline-420', 'greyscale', 'truncated', 'enormous-header'].map(picture),
);
const [good, other] = [plain ?? Buffer.alloc(0), grey ?? Buffer.alloc(0)];
const resnet = { model: 'resnet' };

interface FaultyQuestion extends PicturesQuestion {
  readonly title: string;
  readonly fault: Fault;
}

const faulty: readonly FaultyQuestion[] = [
  { title: 'what is no picture', fault: 'invalid', ...resnet, pictures: [Buffer.from('no picture')] },
  { title: 'no bytes at all', fault: 'invalid', ...resnet, pictures: [Buffer.alloc(0)] },
  { title: 'a picture that ends early', fault: 'invalid', ...resnet, pictures: [truncated ?? good] },
  { title: 'half a header', fault: 'invalid', ...resnet, pictures: [good.subarray(0, 40)] },
  {
    title: 'one that is no picture among good ones',
    fault: 'invalid',
    ...resnet,
    pictures: [good, Buffer.from('x')],
  },
  { title: 'a picture of too many pixels', fault: 'too large', ...resnet, pictures: [enormous ?? good] },
  {
    title: 'too many pictures',
    fault: 'invalid',
    ...resnet,
    pictures: Array<Buffer>(mostPictures + 1).fill(good),
  },
  { title: 'a model that nobody knows', fault: 'missing', model: 'no_such_model', pictures: [good] },
  {
    title: 'a version that nobody knows',
    fault: 'missing',
    model: picturesModel.name,
    version: 987,
    pictures: [good],
  },
];

describe('the same pictures in every dialect', function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let running: ServersOnEachEngine;

  before(async () => {
    running = await startOnEachEngine(folders, { MAX_PICTURES: String(mostPictures) });
  });
  after(async () => {
    await running.stop();
    await folders.remove();
  });

  const on = (engine: EngineName): AskedServer => {
    const server = running.servers.get(engine);
    if (server === undefined) throw new Error(`nothing runs on ${engine}`);
    return server;
  };

  /** The answer of each dialect that can ask the question, by its name. */
  async function outcomes(
    engine: EngineName,
    question: PicturesQuestion,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const isForResnet = question.model === 'resnet' && question.version === undefined;
    const found = new Map<string, Outcome>();
    for (const dialect of pictureDialects) {
      if (isForResnet || dialect.isForResnet !== true)
        found.set(dialect.name, await dialect.ask(on(engine), question));
    }
    return found;
  }

  const questions: Readonly<Record<string, PicturesQuestion>> = {
    'one picture': { ...resnet, pictures: [good] },
    'several pictures': { ...resnet, pictures: [good, other, good] },
    'one picture, of a version of a model': { model: picturesModel.name, version: 1, pictures: [other] },
  };
  for (const [title, question] of Object.entries(questions)) {
    it(`gives the same scores: ${title}`, async () => {
      const [reference] = [...(await outcomes('embedded', question)).values()];
      for (const engine of engineNames) {
        for (const [dialect, outcome] of await outcomes(engine, question))
          expectSame(outcome, reference, `${dialect} on ${engine}`);
      }
    });
  }

  for (const { title, fault, ...question } of faulty) {
    it(`refuses ${title}: ${fault}`, async () => {
      for (const engine of engineNames) {
        for (const [dialect, outcome] of await outcomes(engine, question)) {
          const where = `${dialect} on ${engine}: ${JSON.stringify(outcome)}`;
          expect(outcome, where).to.have.property('fault', fault);
          expect(outcome, where).to.have.property('told').that.matches(/\w \w/);
        }
        const [again] = [...(await outcomes(engine, { ...resnet, pictures: [good] })).values()];
        expect(again).to.have.property('rows').with.lengthOf(1);
      }
    });
  }
});

function expectSame(outcome: Outcome, reference: Outcome | undefined, where: string): void {
  const said = `${where}: ${JSON.stringify(outcome)}`;
  if (reference === undefined || !('rows' in reference) || !('rows' in outcome)) throw new Error(said);
  expect(outcome.rows, said).to.have.length(reference.rows.length);
  reference.rows.forEach((row, index) => {
    expect(row).to.have.length(classCount);
    row.forEach((score, at) => {
      expect(outcome.rows[index]?.[at], said).to.be.closeTo(score, mostDifference);
    });
  });
}
