/** Calls, new objects and attributes: nothing runs, nothing grows, and what is not on the closed list is named. */
import { expect } from 'chai';
import { OpaqueValue, PickleList } from '../../../../../converter/readers/checkpoint/pickle-values.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { MalformedBytes } from '../../../../../gateway/protobuf/malformed-bytes.ts';
import {
  dictionary,
  globalName,
  integer,
  pickle,
  reduce,
  storage,
  tensor,
  text,
  tuple,
  newObject,
  build,
  namespace,
} from './pickle-bytes.ts';
import { readValue } from './read-value.ts';

describe('calling classes in a pickle', () => {
  const forbidden: readonly (readonly [what: string, bytes: Buffer, word: string])[] = [
    [
      'os.system among the attributes',
      pickle(namespace, globalName('os', 'system'), tuple(text('true')), reduce, build),
      'os.system',
    ],
    [
      'os.system as an attribute',
      pickle(namespace, dictionary({ x: globalName('nt', 'system') }), build),
      'nt.system',
    ],
    ['attributes of a class', pickle(globalName('argparse', 'Namespace'), dictionary({}), build), 'BUILD'],
    [
      'NEWOBJ on what is not inert',
      pickle(globalName('torch._utils', '_rebuild_tensor_v2'), tuple(), newObject),
      'NEWOBJ is not allowed with torch._utils._rebuild_tensor_v2',
    ],
    [
      'NEWOBJ_EX',
      pickle(globalName('argparse', 'Namespace'), tuple(), dictionary({}), Buffer.from([0x92])),
      'NEWOBJ_EX',
    ],
  ];
  for (const [what, bytes, word] of forbidden) {
    it(`refuses ${what}`, () => {
      expect(() => readValue(bytes)).to.throw(UnsupportedModel, word);
    });
  }

  const malformed: readonly (readonly [what: string, bytes: Buffer])[] = [
    ['an object that is called', pickle(namespace, tuple(), reduce)],
    ['an object that is made anew', pickle(namespace, tuple(), newObject)],
    ['a call without a tuple', pickle(globalName('builtins', 'set'), text('x'), newObject)],
    ['a key without a value', pickle(namespace, Buffer.from('(Nu'))],
    ['items of a set for a list', pickle(Buffer.from('](N\x90', 'latin1'))],
    ['a frozenset without a mark', pickle(Buffer.from([0x91]))],
    ['a bytearray of 8 PB', pickle(Buffer.from('96ffffffffffff1f00', 'hex'))],
    ['a tensor over an object', pickle(tensor(namespace, { shape: [1], strides: [1] }))],
    [
      'a storage of an element type',
      pickle(tuple(text('storage'), globalName('torch', 'float32'), text('0')), Buffer.from('Q')),
    ],
    [
      'a tensor whose size is a scalar of NumPy',
      pickle(
        globalName('torch._utils', '_rebuild_tensor_v2'),
        tuple(storage('0', 1), integer(0), tuple(namespace), tuple(integer(1))),
        reduce,
      ),
    ],
  ];
  for (const [what, bytes] of malformed) {
    it(`refuses ${what}`, () => {
      expect(() => readValue(bytes)).to.throw(MalformedBytes);
    });
  }

  it('takes no memory for what a call asks for, nor for the objects it makes', () => {
    const huge = tuple(integer(2 ** 52));
    for (const [module, name] of [
      ['builtins', 'bytearray'],
      ['builtins', 'range'],
      ['numpy', 'ndarray'],
      ['collections', 'Counter'],
    ] as const) {
      expect(readValue(pickle(globalName(module, name), huge, reduce))).to.be.instanceOf(OpaqueValue);
    }
    // The memo's class, an empty tuple, REDUCE.
    const calls = Buffer.alloc(4 * 300_000, Buffer.from('h\x00)R', 'latin1'));
    const start = [globalName('collections', 'Counter'), Buffer.from('q\x00(', 'latin1')];
    const value = readValue(pickle(...start, calls, Buffer.from('l')));
    expect(value).to.be.instanceOf(PickleList);
    if (value instanceof PickleList) expect(new Set(value.items).size).to.equal(1);
  });

  it('forgets what is put into an object', () => {
    // Each level would hold the one below ten times.
    const level = Buffer.from('(' + 'h\x00'.repeat(10) + 'eq\x00', 'latin1');
    const start = [globalName('collections', 'deque'), tuple(), reduce, Buffer.from('q\x00', 'latin1')];
    expect(readValue(pickle(...start, ...Array<Buffer>(60).fill(level)))).to.have.all.keys('className');
  });
});
