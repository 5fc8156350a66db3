/** The same tensor through every dialect, both transports and every engine: the same scores, and the same kind of refusal. */
import { expect } from 'chai';
import { tensorsModel } from '../clients/serving-stand-in.ts';
import type { AskedServer, Fault, Outcome } from '../support/asked-outcome.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import {
  engineNames,
  startOnEachEngine,
  type EngineName,
  type ServersOnEachEngine,
} from '../support/servers-on-each-engine.ts';
import { sixLabels } from '../support/six-class-model.ts';
import { tensorDialects, type TensorDialect, type TensorQuestion } from '../support/tensor-dialects.ts';

const { name: model, input, scores: output, side } = tensorsModel;
/** What text leaves of 32 bits. */
const mostDifference = 1e-6;

/** From 0 to 1, other ones in each row. */
const numbersOf = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => ((index * 7919) % 104_729) / 104_729);

const asked = (rows: number): TensorQuestion => ({
  model,
  input,
  shape: [rows, side, side, 3],
  values: numbersOf(rows * side * side * 3),
  output,
});
const small = (...shape: number[]): TensorQuestion => ({
  ...asked(0),
  shape,
  values: numbersOf(shape.reduce((product, one) => product * one, 1)),
});

interface FaultyQuestion extends TensorQuestion {
  readonly title: string;
  readonly fault: Fault;
  /** Dialects whose requests cannot say such a thing. */
  readonly isNotFor?: (dialect: TensorDialect) => boolean | undefined;
}

const isNested = ({ isNested: is }: TensorDialect): boolean | undefined => is;
const isForAll = ({ isForAll: is }: TensorDialect): boolean | undefined => is;
/** Fewer values than elements repeat the last one there. */
const repeats = ({ name }: TensorDialect): boolean => name === 'TensorFlow Serving, gRPC, values';

const faulty: readonly FaultyQuestion[] = [
  { title: 'sides of another length', fault: 'invalid', ...small(1, 2, 2, 3) },
  { title: 'an axis too few', fault: 'invalid', ...small(2, 2, 3) },
  { title: 'no rows', fault: 'invalid', ...small(0, side, side, 3), isNotFor: isNested },
  { title: 'an input of another name', fault: 'invalid', ...asked(1), input: 'no_such_input' },
  {
    title: 'an output of another name',
    fault: 'invalid',
    ...asked(1),
    output: 'no_such_output',
    isNotFor: isForAll,
  },
  { title: 'another datatype', fault: 'invalid', ...asked(1), isWhole: true, isNotFor: isForAll },
  {
    title: 'fewer values than the shape says',
    fault: 'invalid',
    ...asked(1),
    values: numbersOf(side),
    isNotFor: (dialect) => isNested(dialect) ?? repeats(dialect),
  },
  {
    title: 'more values than the shape says',
    fault: 'invalid',
    ...asked(1),
    values: numbersOf(side * side * 4),
    isNotFor: isNested,
  },
  {
    title: 'a huge shape with a tiny body',
    fault: 'invalid',
    ...small(1),
    shape: [2 ** 40, side, side, 3],
    isNotFor: isNested,
  },
  {
    title: 'a size below zero',
    fault: 'invalid',
    ...small(1),
    shape: [-1, side, side, 3],
    isNotFor: isNested,
  },
  {
    title: 'sizes beyond every number',
    fault: 'invalid',
    ...small(1),
    shape: [2 ** 50, 2 ** 50, 3, 3],
    isNotFor: isNested,
  },
  { title: 'a model that nobody knows', fault: 'missing', ...small(1), model: 'no_such_model' },
  { title: 'a version that nobody knows', fault: 'missing', ...small(1), version: 987 },
];

describe('the same tensor in every dialect', function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let running: ServersOnEachEngine;

  before(async () => {
    running = await startOnEachEngine(folders, {});
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

  for (const rows of [1, 2]) {
    it(`gives the same scores for ${rows} ${rows === 1 ? 'row' : 'rows'}`, async () => {
      let reference: Outcome | undefined;
      for (const engine of engineNames) {
        for (const { name, ask } of tensorDialects) {
          const outcome = await ask(on(engine), asked(rows));
          expectScores(outcome, (reference ??= outcome), `${name} on ${engine}`);
        }
      }
      expect(reference).to.have.property('rows').with.lengthOf(rows);
    });
  }

  for (const { title, fault, isNotFor, ...question } of faulty) {
    it(`refuses ${title}: ${fault}`, async () => {
      for (const engine of engineNames) {
        for (const dialect of tensorDialects.filter((one) => isNotFor?.(one) !== true)) {
          const outcome = await dialect.ask(on(engine), question);
          const where = `${dialect.name} on ${engine}: ${JSON.stringify(outcome)}`;
          expect(outcome, where).to.have.property('fault', fault);
          expect(outcome, where).to.have.property('told').that.matches(/\w \w/);
        }
      }
    });
  }
});

function expectScores(outcome: Outcome, reference: Outcome, where: string): void {
  const said = `${where}: ${JSON.stringify(outcome)}`;
  if (!('rows' in outcome) || !('rows' in reference)) throw new Error(said);
  expect(outcome.rows, said).to.have.length(reference.rows.length);
  reference.rows.forEach((row, index) => {
    expect(row).to.have.length(sixLabels.length);
    row.forEach((score, at) => {
      expect(outcome.rows[index]?.[at], said).to.be.closeTo(score, mostDifference);
    });
  });
}
