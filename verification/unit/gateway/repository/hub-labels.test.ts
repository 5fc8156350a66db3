/** Class names of a config.json. */
import { expect } from 'chai';
import { hubLabels } from '../../../../gateway/repository/hub-labels.ts';

describe('labels of a config.json', () => {
  it('come in the order of their numbers', () => {
    const id2label = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [String(11 - index), `class ${11 - index}`]),
    );
    const config = { architectures: ['ResNetForImageClassification'], id2label, label2id: {} };
    expect(hubLabels(JSON.stringify(config))).to.deep.equal(
      Array.from({ length: 12 }, (_, index) => `class ${index}`),
    );
  });

  for (const text of [
    'cat\ndog\n',
    '{"id2label": {}}',
    '{"id2label": {"1": "a"}}',
    '{"id2label": {"x": "a"}}',
    '[]',
  ]) {
    it(`are not found in ${JSON.stringify(text)}`, () => {
      expect(hubLabels(text)).to.equal(undefined);
    });
  }
});
