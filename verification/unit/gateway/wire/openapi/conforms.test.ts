/** Our check of a value by a schema, against that of a validator everybody uses. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { frontEndOperations } from '../../../../../gateway/front-end-operations.ts';
import { conforms } from '../../../../../gateway/wire/openapi/conforms.ts';
import type { JsonSchema } from '../../../../../gateway/wire/openapi/json-schema.ts';
import { changed, randomNumbers } from '../../../../support/made-up-json.ts';

const models = [{ name: 'tiny', versions: [1] }];
const operations = frontEndOperations.flatMap((describe) => describe(models));

/** Values that the schemas are meant for, and everything in them. */
const values: readonly unknown[] = [
  ...operations.flatMap(({ body }) =>
    Object.values(body?.content ?? {}).flatMap(({ examples = {} }) =>
      Object.values(examples).map(({ value }) => value),
    ),
  ),
  {
    inputs: [{ name: 'a', shape: [1, 2], datatype: 'FP32', data: [1, 2] }],
    outputs: [{ name: 'b' }],
    id: 'x',
  },
  { classes: [1, 2], predictions: [[{ class: 1, label: null, probability: 0.5 }]] },
  { class_id: 3, confidence: 0.5, processing_time: 0.1, gpu_utilization: null },
  {
    signature_name: 's',
    context: { a: [1] },
    examples: [{ a: { b64: '' }, b: ['x', { b64: 'AA==' }], c: 1.5 }],
  },
];

const schemas: readonly JsonSchema[] = operations.flatMap(({ body, answers, parameters = [] }) => [
  ...parameters.map(({ schema }) => schema),
  ...[
    ...Object.values(body?.content ?? {}),
    ...Object.values(answers).flatMap(({ content }) => Object.values(content ?? {})),
  ].flatMap(({ schema }) => schema ?? []),
]);

describe('conforms', () => {
  it('admits and refuses by every schema of the document what Ajv does', function () {
    this.timeout(20_000);
    const ajv = new Ajv2020({ strict: false, formats: { binary: true } });
    const random = randomNumbers(6);
    const told = new Map(
      [...new Set(schemas.map((schema) => JSON.stringify(schema)))].map((text) => [
        text,
        { admitted: 0, refused: 0 },
      ]),
    );
    for (const [text, counts] of told) {
      const schema: JsonSchema = schemas.find((one) => JSON.stringify(one) === text) ?? {};
      const check = ajv.compile(schema);
      for (const value of values) {
        for (let round = 0; round < 40; round += 1) {
          let candidate = value;
          for (let step = 0; step < round % 4; step += 1) candidate = changed(candidate, random);
          const isAdmitted = check(candidate);
          counts[isAdmitted ? 'admitted' : 'refused'] += 1;
          expect(conforms(schema, candidate), `${JSON.stringify(candidate)} by ${text}`).to.equal(isAdmitted);
        }
      }
    }
    expect(told.size).to.be.above(20);
    expect(
      [...told.values()].filter(({ admitted, refused }) => admitted > 0 && refused > 0),
    ).to.have.length.above(12);
  });

  it('looks at own properties only, and no deeper than the schema', () => {
    const schema: JsonSchema = { type: 'object', properties: { a: { type: 'array' } }, required: ['a'] };
    expect(conforms(schema, Object.create({ a: [] }))).to.equal(false);
    let deep: unknown = [];
    for (let level = 0; level < 250_000; level += 1) deep = [deep];
    expect(conforms(schema, { a: deep })).to.equal(true);
  });

  it('counts exactly one of oneOf, and properties beyond the named ones', () => {
    const either: JsonSchema = { oneOf: [{ required: ['a'] }, { required: ['b'] }] };
    expect([{ a: 1 }, { b: 1 }, { a: 1, b: 1 }, {}].map((value) => conforms(either, value))).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
    const closed: JsonSchema = { properties: { a: {} }, additionalProperties: false };
    expect(conforms(closed, { a: 1 })).to.equal(true);
    expect(conforms(closed, { a: 1, toString: 1 })).to.equal(false);
  });
});
