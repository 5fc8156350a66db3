/** Function calls are written out in place, and those without end are refused. */
import { expect } from 'chai';
import { FunctionFlattener } from '../../../../converter/graph/flatten-functions.ts';
import { findPictureLoop } from '../../../../converter/graph/picture-loop.ts';
import type { TensorFlowNode } from '../../../../converter/readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';
import { call, graphOf, node, oneToOne } from './made-up-graph.ts';

const placeholder = node('Placeholder', 'x');

describe('the function flattener', () => {
  it('follows calls inside calls to the nodes that compute', () => {
    const inner = oneToOne('inner', 'relu:activations:0', [node('Relu', 'relu', ['x'])]);
    const outer = oneToOne('outer', 'again:output:0', [
      call('once', 'inner', ['x']),
      call('again', 'inner', ['once:output:0']),
    ]);
    const flattener = new FunctionFlattener(
      graphOf([placeholder, call('main', 'outer', ['x'])], [inner, outer]),
    );
    const result = flattener.resolve('main:0');
    const last = flattener.nodes.get(result.node);
    const first = flattener.nodes.get(last?.inputs[0]?.node ?? '');
    expect([last?.operation, first?.operation]).to.deep.equal(['Relu', 'Relu']);
    expect(first?.inputs).to.deep.equal([{ node: 'x', index: 0 }]);
    expect(flattener.nodes.size).to.equal(3);
  });

  it('keeps a node inside a call apart from one of the main graph with the same path', () => {
    const inner = oneToOne('inner', 'b:y:0', [node('Relu', 'b', ['x'])]);
    const graph = graphOf([placeholder, call('a', 'inner', ['x']), node('Neg', 'a/b', ['x'])], [inner]);
    const flattener = new FunctionFlattener(graph);
    const operations = ['a:0', 'a/b:0'].map(
      (name) => flattener.nodes.get(flattener.resolve(name).node)?.operation,
    );
    expect(operations).to.deep.equal(['Relu', 'Neg']);
  });

  it('leaves out what no output needs, even when it could not be flattened', () => {
    const graph = graphOf([
      placeholder,
      node('Relu', 'y', ['x', '^missing']),
      node('Relu', 'unused', ['missing']),
    ]);
    const flattener = new FunctionFlattener(graph);
    flattener.resolve('y:0');
    expect([...flattener.nodes.keys()].sort()).to.deep.equal(['x', 'y']);
  });

  const endless: Readonly<Record<string, ReturnType<typeof graphOf>>> = {
    'a function that calls itself': graphOf(
      [placeholder, call('main', 'f', ['x'])],
      [oneToOne('f', 'more:z:0', [call('self', 'f', ['x']), node('Neg', 'more', ['self:output:0'])])],
    ),
    'a function that is only its own call': graphOf(
      [placeholder, call('main', 'f', ['x'])],
      [oneToOne('f', 'self:output:0', [call('self', 'f', ['x'])])],
    ),
    'a call that takes its own answer': graphOf(
      [call('main', 'same', ['main'])],
      [oneToOne('same', 'x', [])],
    ),
    'a chain of ten thousand calls that hand their argument on': graphOf(
      [
        placeholder,
        ...Array.from({ length: 10_000 }, (_, index) =>
          call(index === 9_999 ? 'main' : `c${index}`, 'same', [index === 0 ? 'x' : `c${index - 1}`]),
        ),
      ],
      [oneToOne('same', 'x', [])],
    ),
    'forty functions of which each calls the next twice': graphOf(
      [placeholder, call('main', 'f0', ['x'])],
      Array.from({ length: 41 }, (_, level) => {
        const next = level === 40 ? undefined : `f${level + 1}`;
        const halves: TensorFlowNode[] = ['left', 'right'].map((name) =>
          next === undefined ? node('Relu', name, ['x']) : call(name, next, ['x']),
        );
        return oneToOne(`f${level}`, 'sum:z:0', [...halves, node('AddV2', 'sum', ['left:y:0', 'right:y:0'])]);
      }),
    ),
  };
  for (const [what, graph] of Object.entries(endless)) {
    it(`refuses ${what}`, function () {
      this.timeout(20_000);
      const flattener = new FunctionFlattener(graph);
      expect(() => flattener.resolve('main:0')).to.throw(UnsupportedModel, /call each other endlessly/);
    });
  }

  it('names what is missing', () => {
    const flattener = new FunctionFlattener(
      graphOf(
        [node('Relu', 'y', ['gone']), call('z', 'nowhere', []), call('w', 'same', [])],
        [oneToOne('same', 'x', [])],
      ),
    );
    expect(() => flattener.resolve('y:0')).to.throw(UnsupportedModel, 'does not exist: gone');
    expect(() => flattener.resolve('z:0')).to.throw(UnsupportedModel, 'calls a missing function: nowhere');
    expect(() => flattener.resolve('w:0')).to.throw(UnsupportedModel, 'The call w lacks argument 0');
  });
});

describe('the search for a picture loop', () => {
  it('ends where identities go in a circle', () => {
    const flattener = new FunctionFlattener(
      graphOf([
        node('TensorListStack', 'stack', ['a']),
        node('Identity', 'a', ['b']),
        node('Identity', 'b', ['a']),
      ]),
    );
    flattener.resolve('stack:0');
    expect(findPictureLoop(flattener)).to.equal(undefined);
  });
});
