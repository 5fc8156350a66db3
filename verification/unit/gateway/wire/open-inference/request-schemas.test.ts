/** The schema of an inference admits what its reader takes, and refuses what it refuses. */
import { expect } from 'chai';
import { readInferRequest } from '../../../../../gateway/wire/open-inference/infer-request-json.ts';
import { inferRequestSchema } from '../../../../../gateway/wire/open-inference/request-schemas.ts';
import { conforms } from '../../../../../gateway/wire/openapi/conforms.ts';
import { isTaken } from '../../../../support/is-taken.ts';
import { changed, pick, randomNumbers } from '../../../../support/made-up-json.ts';
import { at } from '../../../../support/openapi-reader.ts';

const rounds = 5_000;
/** Two elements in any datatype. */
const soundTensor = { shape: [1, 2], data: [0, 1] };

const sound: readonly [unknown, ...unknown[]] = [
  { inputs: [{ name: 'a', datatype: 'FP32', ...soundTensor }] },
  {
    id: null,
    parameters: { classification: 1 },
    inputs: [
      { name: 'a', datatype: 'INT64', parameters: null, ...soundTensor },
      { name: 'b', datatype: 'UINT8', ...soundTensor },
    ],
    outputs: [{ name: 'c', parameters: { binary_data: false } }, { name: 'd' }],
  },
];

function made(random: () => number, steps: number): unknown {
  let value = pick(random, sound);
  for (let step = 0; step < steps; step += 1) value = changed(value, random);
  return value;
}

/** What only all the rest together decides: how many elements there are, and whether a name stands twice. */
function withSoundTensors(value: unknown): unknown {
  const inputs = at(value, 'inputs');
  if (typeof value !== 'object' || value === null || !Array.isArray(inputs)) return value;
  return {
    ...value,
    inputs: inputs.map((input: unknown) =>
      typeof input === 'object' && input !== null && !Array.isArray(input)
        ? { ...input, ...soundTensor }
        : input,
    ),
  };
}

function hasTwins(value: unknown): boolean {
  return ['inputs', 'outputs'].some((key) => {
    const list = at(value, key);
    const names = Array.isArray(list) ? list.map((one: unknown) => at(one, 'name')) : [];
    return new Set(names).size < names.length;
  });
}

describe('the schema of an inference', function () {
  this.timeout(20_000);

  it('agrees with the reader about everything but the number of elements and names that stand twice', () => {
    const random = randomNumbers(4);
    const counts = { taken: 0, refused: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const value = withSoundTensors(made(random, round % 4));
      if (hasTwins(value)) continue;
      const isRead = isTaken(() => readInferRequest(value));
      counts[isRead ? 'taken' : 'refused'] += 1;
      expect(conforms(inferRequestSchema, value), JSON.stringify(value)).to.equal(isRead);
    }
    expect(Math.min(counts.taken, counts.refused)).to.be.above(rounds / 10);
  });

  it('admits whatever the reader takes', () => {
    const random = randomNumbers(5);
    let taken = 0;
    for (let round = 0; round < rounds; round += 1) {
      const value = made(random, round % 4);
      if (!isTaken(() => readInferRequest(value))) continue;
      taken += 1;
      expect(conforms(inferRequestSchema, value), JSON.stringify(value)).to.equal(true);
    }
    expect(taken).to.be.above(rounds / 10);
  });
});
