/** The parser of a signature's examples is found, and the search ends in graphs that go in circles too. */
import { expect } from 'chai';
import { findParsedFeatures, parsedShape } from '../../../../converter/graph/example-parser.ts';
import { FunctionFlattener } from '../../../../converter/graph/flatten-functions.ts';
import { emptyList, types } from '../../../../converter/network/attributes.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';
import { constant, graphOf, node } from './made-up-graph.ts';

const circle = [node('Identity', 'a', ['b']), node('Identity', 'b', ['a'])];

describe('the search for the parser of examples', () => {
  it('ends where identities go in a circle', () => {
    const parser = node('ParseExample', 'parser', ['a']);
    const flattener = new FunctionFlattener(graphOf([...circle, parser]));
    flattener.resolve('parser:0');
    expect(findParsedFeatures(flattener, { node: 'a', index: 0 })).to.equal(undefined);
    expect(parsedShape(flattener, { node: 'a', index: 0 })).to.equal(undefined);
  });

  it('ends where the default of a feature is reshaped in a circle', () => {
    const flattener = new FunctionFlattener(
      graphOf([
        node('Placeholder', 'examples'),
        constant('key', { datatype: 'string', shape: [], elements: [Buffer.from('x')] }),
        node('Reshape', 'default', ['again']),
        node('Reshape', 'again', ['default']),
        node('ParseExample', 'parser', ['examples', 'examples', 'key', 'default'], {
          Tdense: types(['float32']),
          dense_shapes: { ...emptyList, shapes: [[1]] },
        }),
      ]),
    );
    flattener.resolve('parser:0');
    expect(() => findParsedFeatures(flattener, { node: 'examples', index: 0 })).to.throw(
      UnsupportedModel,
      'computes what "x" is when it is absent',
    );
  });
});
