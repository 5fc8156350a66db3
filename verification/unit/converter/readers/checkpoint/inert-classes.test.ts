/** What training scripts save beside the weights: harmless objects are stepped over, their neighbours are refused. */
import { expect } from 'chai';
import {
  AllowedClass,
  OpaqueValue,
  PickleDictionary,
  PickleList,
} from '../../../../../converter/readers/checkpoint/pickle-values.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import {
  dictionary,
  globalName,
  integer,
  oldCheckpoint,
  oneTensor,
  pickle,
  reduce,
  text,
  tuple,
  newObject,
  build,
  namespace,
} from './pickle-bytes.ts';
import { readValue } from './read-value.ts';
import { readBytes, refusalOf } from './written-file.ts';

/** pickle.dumps of Python 3.12 with NumPy 2.5 and 1.26, by protocol 2 where nothing else is said. */
const pythonDumps: readonly (readonly [what: string, className: string, hex: string])[] = [
  [
    'a Namespace',
    'argparse.Namespace',
    '80026361726770617273650a4e616d6573706163650a7100298171017d710258020000006c727103473fb999999999999a73622e',
  ],
  [
    'a Namespace by protocol 4',
    'argparse.Namespace',
    '8004952f000000000000008c086172677061727365948c094e616d6573706163659493942981947d948c026c7294473fb999999999999a73622e',
  ],
  [
    'a Counter of a billion',
    'collections.Counter',
    '800263636f6c6c656374696f6e730a436f756e7465720a71007d710158010000006171024a00ca9a3b738571035271042e',
  ],
  [
    'a deque',
    'collections.deque',
    '800263636f6c6c656374696f6e730a64657175650a7100294b038671015271024b01612e',
  ],
  [
    'a path',
    'pathlib.PosixPath',
    '800263706174686c69620a506f736978506174680a710058010000002f7101580100000061710258010000006271038771045271052e',
  ],
  [
    'a time with its zone',
    'datetime.datetime',
    '8002636461746574696d650a6461746574696d650a7100635f636f646563730a656e636f64650a7101580b00000007c3a40101000000000000710258060000006c6174696e317103867104527105636461746574696d650a74696d657a6f6e650a7106636461746574696d650a74696d6564656c74610a71074b004b004b0087710852710985710a52710b86710c52710d2e',
  ],
  ['a set', '__builtin__.set', '8002635f5f6275696c74696e5f5f0a7365740a71005d7101284b014b02658571025271032e'],
  ['a set by protocol 4', 'builtins.set', '80049509000000000000008f94284b014b02902e'],
  [
    'a frozenset',
    '__builtin__.frozenset',
    '8002635f5f6275696c74696e5f5f0a66726f7a656e7365740a71005d71014b01618571025271032e',
  ],
  ['a frozenset by protocol 4', 'builtins.set', '8004950600000000000000284b0191942e'],
  [
    'a device',
    'torch.device',
    '800263746f7263680a6465766963650a710058040000006375646171014b008671025271032e',
  ],
  [
    'bytes',
    '_codecs.encode',
    '8002635f636f646563730a656e636f64650a71005803000000616263710158060000006c6174696e3171028671035271042e',
  ],
  [
    'a bytearray',
    '__builtin__.bytearray',
    '8002635f5f6275696c74696e5f5f0a6279746561727261790a7100635f636f646563730a656e636f64650a71015803000000616263710258060000006c6174696e3171038671045271058571065271072e',
  ],
  [
    'a scalar of NumPy 2',
    'numpy._core.multiarray.scalar',
    '8002636e756d70792e5f636f72652e6d756c746961727261790a7363616c61720a7100636e756d70790a64747970650a71015802000000663871028988877103527104284b0358010000003c71054e4e4e4affffffff4affffffff4b0074710662635f636f646563730a656e636f64650a71075809000000000000000000c3b83f710858060000006c6174696e31710986710a52710b86710c52710d2e',
  ],
  [
    'a scalar of NumPy 1',
    'numpy.core.multiarray.scalar',
    '8002636e756d70792e636f72652e6d756c746961727261790a7363616c61720a7100636e756d70790a64747970650a71015802000000663871028988877103527104284b0358010000003c71054e4e4e4affffffff4affffffff4b0074710662635f636f646563730a656e636f64650a71075809000000000000000000c3b83f710858060000006c6174696e31710986710a52710b86710c52710d2e',
  ],
  [
    'an array of NumPy 2',
    'numpy._core.multiarray._reconstruct',
    '8002636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e7374727563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563730a656e636f64650a7103580100000062710458060000006c6174696e317105867106527107877108527109284b014b0285710a636e756d70790a64747970650a710b58020000007531710c898887710d52710e284b0358010000007c710f4e4e4e4affffffff4affffffff4b00747110628968035802000000000171116805867112527113747114622e',
  ],
  [
    'an array of NumPy 1',
    'numpy.core.multiarray._reconstruct',
    '8002636e756d70792e636f72652e6d756c746961727261790a5f7265636f6e7374727563740a7100636e756d70790a6e6461727261790a71014b00857102635f636f646563730a656e636f64650a7103580100000062710458060000006c6174696e317105867106527107877108527109284b014b0285710a636e756d70790a64747970650a710b58020000007531710c898887710d52710e284b0358010000007c710f4e4e4e4affffffff4affffffff4b00747110628968035802000000000171116805867112527113747114622e',
  ],
  [
    'an array of NumPy 2 by protocol 5',
    'numpy._core.numeric._frombuffer',
    '80059576000000000000008c136e756d70792e5f636f72652e6e756d65726963948c0b5f66726f6d627566666572949394289602000000000000000001948c056e756d7079948c0564747970659493948c02753194898887945294284b038c017c944e4e4e4affffffff4affffffff4b007494624b0285948c014394749452942e',
  ],
  [
    'an array of NumPy 1 by protocol 5',
    'numpy.core.numeric._frombuffer',
    '80059575000000000000008c126e756d70792e636f72652e6e756d65726963948c0b5f66726f6d627566666572949394289602000000000000000001948c056e756d7079948c0564747970659493948c02753194898887945294284b038c017c944e4e4e4affffffff4affffffff4b007494624b0285948c014394749452942e',
  ],
];

interface Module {
  readonly inert: readonly string[];
  readonly hostile: readonly string[];
}

const types = 'bool bytearray bytes complex dict float frozenset int list range set slice str tuple'.split(
  ' ',
);
const paths = ['PosixPath', 'PurePosixPath', 'PureWindowsPath', 'WindowsPath'];
const running = [
  'eval',
  'exec',
  'getattr',
  'setattr',
  'open',
  '__import__',
  'compile',
  'type',
  'map',
  'print',
];

const modules: Readonly<Record<string, Module>> = {
  _codecs: { inert: ['encode'], hostile: ['decode', 'lookup', 'register', 'encode.__call__'] },
  argparse: { inert: ['Namespace'], hostile: ['ArgumentParser', 'FileType', 'Namespace.__init__'] },
  builtins: { inert: types, hostile: running },
  __builtin__: { inert: [...types, 'long', 'unicode', 'xrange'], hostile: [...running, 'execfile', 'apply'] },
  collections: {
    inert: ['Counter', 'deque'],
    hostile: ['namedtuple', 'ChainMap', 'UserDict', 'Counter.update'],
  },
  datetime: { inert: ['date', 'datetime', 'time', 'timedelta', 'timezone'], hostile: ['sys', 'tzinfo'] },
  numpy: { inert: ['dtype', 'ndarray'], hostile: ['load', 'fromfile', 'memmap', 'ndarray.tofile'] },
  'numpy.core.multiarray': { inert: ['_reconstruct', 'scalar'], hostile: ['fromfile', 'frombuffer'] },
  'numpy._core.multiarray': { inert: ['_reconstruct', 'scalar'], hostile: ['fromfile', 'frombuffer'] },
  'numpy.core.numeric': { inert: ['_frombuffer'], hostile: ['fromfile', 'load'] },
  'numpy._core.numeric': { inert: ['_frombuffer'], hostile: ['fromfile', 'load'] },
  pathlib: { inert: paths, hostile: ['os', 'io', 'PosixPath.unlink', 'PosixPath.write_text'] },
  'pathlib._local': { inert: paths, hostile: ['os', 'PosixPath.unlink'] },
  torch: { inert: ['device'], hostile: ['load', 'from_file', 'compile', 'device.__class__', 'float33'] },
};

const typesOfElements = [
  ...['bool', 'uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64', 'float8_e4m3fn'],
  ...['float8_e5m2', 'float16', 'bfloat16', 'float32', 'float64', 'complex64', 'complex128'],
];

describe('what lies beside the weights', () => {
  for (const [what, className, hex] of pythonDumps) {
    it(`steps over ${what}`, () => {
      expect(readValue(Buffer.from(hex, 'hex')))
        .to.be.instanceOf(OpaqueValue)
        .and.include({ className });
    });
  }

  for (const [module, { inert, hostile }] of Object.entries(modules)) {
    for (const name of inert) {
      it(`steps over ${module}.${name}, called or made anew, with attributes and items`, () => {
        const parts = [globalName(module, name), tuple(text('x')), reduce];
        const filled = [text('state'), build, Buffer.from('(KKe', 'latin1'), Buffer.from('NNs')];
        expect(readValue(pickle(...parts, ...filled))).to.be.instanceOf(OpaqueValue);
        expect(readValue(pickle(...parts.slice(0, 2), newObject))).to.be.instanceOf(OpaqueValue);
      });
    }

    it(`refuses what stands beside them in ${module}`, () => {
      for (const name of hostile) {
        const bytes = pickle(globalName(module, name), tuple(text('x')), reduce);
        expect(() => readValue(bytes), name).to.throw(UnsupportedModel, `${module}.${name} is not allowed`);
      }
    });
  }

  it('takes the element types of PyTorch as names and calls none', () => {
    for (const name of typesOfElements) {
      expect(readValue(pickle(globalName('torch', name))), name).to.be.instanceOf(AllowedClass);
      const called = pickle(globalName('torch', name), tuple(), reduce);
      expect(() => readValue(called), name).to.throw(
        UnsupportedModel,
        `torch.${name} is only allowed as a name`,
      );
      const made = pickle(globalName('torch', name), tuple(), newObject);
      expect(() => readValue(made), name).to.throw(
        UnsupportedModel,
        `NEWOBJ is not allowed with torch.${name}`,
      );
    }
  });

  it('reads a defaultdict as a dictionary, and its factory never runs', () => {
    const value = readValue(
      Buffer.from(
        '800263636f6c6c656374696f6e730a64656661756c74646963740a7100635f5f6275696c74696e5f5f0a6c6973740a710185710252710358010000006171045d71054b0161732e',
        'hex',
      ),
    );
    expect(value).to.be.instanceOf(PickleDictionary);
    if (value instanceof PickleDictionary) expect(value.get('a')).to.be.instanceOf(PickleList);
    const hostile = tuple(globalName('os', 'getcwd'));
    expect(() => readValue(pickle(globalName('collections', 'defaultdict'), hostile, reduce))).to.throw(
      UnsupportedModel,
      'os.getcwd is not allowed',
    );
  });

  it('leaves the weights as the only thing that is read', async () => {
    const beside = Buffer.concat([namespace, dictionary({ lr: integer(1) }), build]);
    const state = dictionary({
      args: beside,
      dtype: globalName('torch', 'float16'),
      metric: Buffer.concat([globalName('numpy', 'dtype'), tuple(text('f8')), reduce]),
      epoch: integer(3),
      state_dict: oneTensor,
    });
    const { tensors, metadata } = await readBytes(oldCheckpoint(state, { 0: [1, 2, 3] }));
    expect([...tensors.keys()]).to.deep.equal(['w']);
    expect([...metadata]).to.deep.equal([['epoch', '3']]);
  });

  it('finds no weights in attributes', async () => {
    const attributes = Buffer.concat([namespace, oneTensor, build]);
    expect(await refusalOf(oldCheckpoint(attributes, { 0: [1, 2, 3] }))).to.match(/holds no weights/);
  });
});
