/** The document as a whole: what becomes of described operations. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { frontEndOperations } from '../../../../../gateway/front-end-operations.ts';
import { documentationOperations } from '../../../../../gateway/operations/documentation/documentation-operations.ts';
import { errorAnswers } from '../../../../../gateway/wire/openapi/error-answers.ts';
import { openApiDocument } from '../../../../../gateway/wire/openapi/openapi-document.ts';
import type { Operation } from '../../../../../gateway/wire/openapi/operation.ts';
import { at } from '../../../../support/openapi-reader.ts';

const models = [
  { name: 'resnet', versions: [3, 1] },
  { name: 'a/b', versions: [] },
];
const all = [...frontEndOperations, documentationOperations(['a.proto'])].flatMap((describe) =>
  describe(models),
);

function documentOf(operations: readonly Operation[], hasApiKey = false) {
  return openApiDocument({ title: 'T', version: '1', description: 'D', root: '../', operations, hasApiKey });
}

const guarded: Operation = {
  method: 'get',
  path: '/guarded',
  id: 'guarded',
  tag: 'x',
  summary: 'x',
  isGuarded: true,
  answers: errorAnswers(401, 404),
};

describe('openApiDocument', () => {
  it('is valid OpenAPI 3.1, with and without a key and without models', async () => {
    const withoutModels = frontEndOperations.flatMap((describe) => describe([]));
    for (const document of [
      documentOf(all),
      documentOf(all, true),
      documentOf(withoutModels),
      documentOf([]),
    ]) {
      const result = await new Validator().validate(structuredClone(document));
      expect(result.errors, JSON.stringify(result.errors)).to.equal(undefined);
      expect(result.valid).to.equal(true);
    }
  });

  it('is refused by the validator when it is not', async () => {
    const document = { ...documentOf(all), paths: { 'no slash': {} } };
    expect((await new Validator().validate(document)).valid).to.equal(false);
  });

  it('begins its paths where it is told', () => {
    expect(documentOf([])).to.deep.include({ openapi: '3.1.0', servers: [{ url: '../' }] });
  });

  it('speaks of keys only where one is set', () => {
    const closed = documentOf([guarded], true);
    const operation = ['paths', '/guarded', 'get'];
    expect(at(closed, ...operation, 'security')).to.deep.equal([{ bearer: [] }, { apiKey: [] }]);
    expect(at(closed, ...operation, 'responses')).to.have.all.keys('401', '404');
    const open = documentOf([guarded]);
    expect(at(open, ...operation, 'security')).to.equal(undefined);
    expect(at(open, ...operation, 'responses')).to.have.all.keys('404');
    expect(at(open, 'components', 'securitySchemes')).to.equal(undefined);
  });

  it('has two methods of one path side by side', () => {
    const document = documentOf([guarded, { ...guarded, method: 'post', id: 'other' }]);
    expect(at(document, 'paths', '/guarded')).to.have.all.keys('get', 'post');
  });

  it('writes a schema with a title once, and refuses two of one title', () => {
    const answer = (type: 'string' | 'number') => ({
      200: { description: 'x', content: { 'application/json': { schema: { title: 'Shared', type } } } },
    });
    const first: Operation = { ...guarded, answers: answer('string') };
    const second: Operation = { ...guarded, path: '/other', id: 'other', answers: answer('string') };
    const document = documentOf([first, second]);
    expect(at(document, 'components', 'schemas')).to.deep.equal({
      Shared: { title: 'Shared', type: 'string' },
    });
    const schema = at(
      document,
      'paths',
      '/other',
      'get',
      'responses',
      '200',
      'content',
      'application/json',
      'schema',
    );
    expect(schema).to.deep.equal({ $ref: '#/components/schemas/Shared' });
    expect(() => documentOf([first, { ...second, answers: answer('number') }])).to.throw(
      'two schemas are called Shared',
    );
  });
});
