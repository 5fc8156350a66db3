/** The safe unpickler: what it understands, and that hostile pickles end in a sentence, early and small. */
import { expect } from 'chai';
import {
  AllowedClass,
  PickleDictionary,
  PickleList,
  PickleTuple,
  StoredTensor,
} from '../../../../../converter/readers/checkpoint/pickle-values.ts';
import type { PickleValue } from '../../../../../converter/readers/checkpoint/pickle-values.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { MalformedBytes } from '../../../../../gateway/protobuf/malformed-bytes.ts';
import {
  code,
  dictionary,
  globalName,
  pickle,
  reduce,
  storage,
  tensor,
  text,
  tuple,
} from './pickle-bytes.ts';
import { readValue } from './read-value.ts';

const fromHex = (hex: string): PickleValue => readValue(Buffer.from(hex, 'hex'));

/** Lists and dictionaries as plain ones; only for pickles that do not contain themselves. */
function plain(value: PickleValue): unknown {
  if (value instanceof PickleList || value instanceof PickleTuple) return value.items.map(plain);
  if (value instanceof PickleDictionary)
    return [...value.entries].map(([key, item]) => [plain(key), plain(item)]);
  return value;
}

/** pickle.dumps({'a': [1, -2, 300, 70000, 2**40, True, None, 1.5], 'b': (1, 'é', (2, 3, 4, 5))}, n) of Python 3.11. */
const pythonDumps: Readonly<Record<number, string>> = {
  1: '7d71002858010000006171015d7102284b014afeffffff4d2c014a701101004c313039393531313632373737364c0a4930310a4e473ff8000000000000655801000000627103284b015802000000c3a97104284b024b034b044b05747105747106752e',
  2: '80027d71002858010000006171015d7102284b014afeffffff4d2c014a701101008a06000000000001884e473ff80000000000006558010000006271034b015802000000c3a97104284b024b034b044b05747105877106752e',
  3: '80037d71002858010000006171015d7102284b014afeffffff4d2c014a701101008a06000000000001884e473ff80000000000006558010000006271034b015802000000c3a97104284b024b034b044b05747105877106752e',
  4: '80049547000000000000007d94288c0161945d94284b014afeffffff4d2c014a701101008a06000000000001884e473ff8000000000000658c0162944b018c02c3a994284b024b034b044b0574948794752e',
  5: '80059547000000000000007d94288c0161945d94284b014afeffffff4d2c014a701101008a06000000000001884e473ff8000000000000658c0162944b018c02c3a994284b024b034b044b0574948794752e',
};

describe('readPickle', () => {
  const asPython = [
    ['a', [1, -2, 300, 70000, 2 ** 40, true, null, 1.5]],
    ['b', [1, 'é', [2, 3, 4, 5]]],
  ];
  for (const [protocol, hex] of Object.entries(pythonDumps)) {
    it(`understands Python's protocol ${protocol}`, () => {
      expect(plain(fromHex(hex))).to.deep.equal(asPython);
    });
  }

  it('understands how Python 2 writes an OrderedDict: as a list of pairs', () => {
    const pairs = Buffer.concat([
      Buffer.from(']('),
      Buffer.from(']('),
      code('U', Buffer.from([1]), Buffer.from('k')),
      code('K', Buffer.from([7])),
      Buffer.from('ee'),
    ]);
    const value = readValue(
      pickle(globalName('collections', 'OrderedDict'), pairs, Buffer.from([0x85]), reduce),
    );
    expect(plain(value)).to.deep.equal([['k', 7]]);
  });

  it('describes a parameter without reading its storage', () => {
    const inner = tensor(storage('5', 4), { offset: 1, shape: [3], strides: [1] });
    const parameters = tuple(inner, Buffer.from([0x88]), dictionary({}));
    const value = readValue(pickle(globalName('torch._utils', '_rebuild_parameter'), parameters, reduce));
    expect(value).to.be.instanceOf(StoredTensor).and.include({ offset: 1 });
    expect(value).to.have.property('storage').that.includes({ key: '5', count: 4, datatype: 'float32' });
  });

  it('keeps a list that contains itself', () => {
    const value = fromHex('80025d71006800612e');
    expect(value).to.be.instanceOf(PickleList);
    if (value instanceof PickleList) expect(value.items[0]).to.equal(value);
  });

  const forbidden: readonly (readonly [what: string, bytes: Buffer, word: string])[] = [
    [
      'os.system by GLOBAL',
      pickle(globalName('posix', 'system'), tuple(text('true')), reduce),
      'posix.system',
    ],
    [
      'os.system by STACK_GLOBAL',
      pickle(text('nt'), text('system'), Buffer.from([0x93]), tuple(text('true')), reduce),
      'nt.system',
    ],
    ['os.system by INST', Buffer.from("(S'true'\nios\nsystem\n."), 'STRING'],
    ['INST alone', Buffer.from('(ios\nsystem\n.'), 'INST'],
    ['builtins.eval', pickle(globalName('builtins', 'eval')), 'builtins.eval'],
    ['getattr', pickle(globalName('builtins', 'getattr')), 'builtins.getattr'],
    ['a name with dots', pickle(globalName('torch', 'FloatStorage.__init__')), 'torch.FloatStorage.__init__'],
    ['a nested unpickler', pickle(globalName('torch.storage', '_load_from_bytes')), '_load_from_bytes'],
    ['a name of JavaScript', pickle(globalName('constructor', 'prototype')), 'constructor.prototype'],
    ['NEWOBJ', pickle(globalName('collections', 'OrderedDict'), tuple(), Buffer.from([0x81])), 'NEWOBJ'],
    ['an extension', pickle(Buffer.from([0x82, 1])), 'EXT1'],
    ['a text as a persistent id', pickle(Buffer.from('P1\n')), 'PERSID'],
    ['LONG4', pickle(Buffer.from([0x8b, 255, 255, 255, 127])), 'LONG4'],
    [
      'attributes on a tensor',
      pickle(tensor(storage('0', 1), { shape: [], strides: [] }), text('x'), Buffer.from('b')),
      'BUILD',
    ],
    [
      'a storage that is called',
      pickle(globalName('torch', 'FloatStorage'), tuple(), reduce),
      'torch.FloatStorage',
    ],
    [
      'a whole module',
      pickle(
        tuple(text('module'), globalName('collections', 'OrderedDict'), text('f.py'), text('')),
        Buffer.from('Q'),
      ),
      'whole Python module',
    ],
  ];
  for (const [what, bytes, name] of forbidden) {
    it(`refuses ${what} by name`, () => {
      expect(() => readValue(bytes)).to.throw(UnsupportedModel, name);
    });
  }

  const nesting = Buffer.alloc(3_000_000, ']');
  const malformed: readonly (readonly [what: string, bytes: Buffer])[] = [
    ['a text of 4 GiB', pickle(code('X', 0xffffffff))],
    ['a text of 2⁶³ bytes', pickle(Buffer.from('8dffffffffffffff7f', 'hex'))],
    ['a text of 2⁵³ − 1 bytes', pickle(Buffer.from('8dffffffffffff1f00', 'hex'))],
    ['a million lists inside of each other', pickle(nesting)],
    ['a million marks', pickle(Buffer.alloc(1_000_000, '('))],
    ['more steps than any checkpoint has', pickle(Buffer.alloc(4_100_000, 'N0'))],
    ['a memo that was never set', pickle(Buffer.from('h\x05'))],
    ['a memo of nothing', pickle(Buffer.from('q\x00'))],
    ['a value where none is', pickle(Buffer.from('0'))],
    ['a value below the mark', pickle(Buffer.from('N(\x85', 'latin1'))],
    ['nothing at all', Buffer.alloc(0)],
    ['nothing before its end', pickle()],
    ['a key without a value', pickle(Buffer.from('}(Nu'))],
    ['entries for a list', pickle(Buffer.from('](NNu'))],
    ['items for a dictionary', pickle(Buffer.from('}Na'))],
    ['a call of a text', pickle(text('os.system'), tuple(), reduce)],
    ['a call without a tuple', pickle(globalName('collections', 'OrderedDict'), text('x'), reduce)],
    ['a class named by numbers', pickle(Buffer.from([0x4b, 1, 0x4b, 2, 0x93]))],
    ['protocol 6', Buffer.from([0x80, 6, 0x4e, 0x2e])],
    ['a byte that is no opcode', pickle(Buffer.from([0xff]))],
    ['a line that does not end', Buffer.concat([Buffer.from('c'), Buffer.alloc(2_000_000, 'a')])],
    ['a number of a thousand digits', Buffer.from(`L${'9'.repeat(900)}L\n.`)],
    ['a tensor of a text', pickle(tensor(text('x'), { shape: [1], strides: [1] }))],
    ['a tensor with a size below zero', pickle(tensor(storage('0', 1), { shape: [-1], strides: [1] }))],
    [
      'a tensor with more strides than sizes',
      pickle(tensor(storage('0', 1), { shape: [1], strides: [1, 1] })),
    ],
    [
      'a tensor of 65 axes',
      pickle(
        tensor(storage('0', 1), { shape: Array<number>(65).fill(1), strides: Array<number>(65).fill(1) }),
      ),
    ],
    ['a storage below zero', pickle(storage('0', -1))],
    ['one storage described in two ways', pickle(storage('0', 1), storage('0', 2))],
    ['a persistent id that is a text', pickle(text('storage'), Buffer.from('Q'))],
  ];
  for (const [what, bytes] of malformed) {
    it(`refuses ${what}`, () => {
      expect(() => readValue(bytes)).to.throw(MalformedBytes);
    });
  }

  it('makes one OrderedDict of a list, not thousands', () => {
    const once = Buffer.concat([
      globalName('collections', 'OrderedDict'),
      Buffer.from('h\x00\x85R0', 'latin1'),
    ]);
    const list = Buffer.concat([
      Buffer.from(']q\x00('),
      ...Array<Buffer>(1000).fill(tuple(text('k'), text('v'))),
      Buffer.from('e0'),
    ]);
    expect(readValue(pickle(list, once, text('end')))).to.equal('end');
    expect(() => readValue(pickle(list, once, once, text('end')))).to.throw(MalformedBytes, 'OrderedDict');
  });

  it('doubles no memory by lists of the same lists', () => {
    // Each level holds the one below ten times: 10⁶⁰ items if they were ever walked.
    const level = Buffer.from('](' + 'h\x00'.repeat(10) + 'eq\x00', 'latin1');
    const value = readValue(pickle(Buffer.from(']q\x00'), ...Array<Buffer>(60).fill(level)));
    expect(value).to.be.instanceOf(PickleList);
  });

  it('gives a class as a value that does nothing', () => {
    expect(readValue(pickle(globalName('torch', 'HalfStorage')))).to.be.instanceOf(AllowedClass);
  });
});
