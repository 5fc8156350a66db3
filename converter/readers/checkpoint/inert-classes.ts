/** What training scripts save beside the weights: names that stand for values which are never made here. */

const pythonTypes = [
  ...['bool', 'bytearray', 'bytes', 'complex', 'dict', 'float', 'frozenset', 'int', 'list', 'range', 'set'],
  ...['slice', 'str', 'tuple'],
];
const paths = ['PosixPath', 'PurePosixPath', 'PureWindowsPath', 'WindowsPath'];
const arrayParts = ['_reconstruct', 'scalar'];

const calledByModule: Readonly<Record<string, readonly string[]>> = {
  _codecs: ['encode'],
  argparse: ['Namespace'],
  builtins: pythonTypes,
  // Protocol 2 writes the names of Python 2.
  __builtin__: [...pythonTypes, 'long', 'unicode', 'xrange'],
  collections: ['Counter', 'deque'],
  datetime: ['date', 'datetime', 'time', 'timedelta', 'timezone'],
  numpy: ['dtype', 'ndarray'],
  'numpy._core.multiarray': arrayParts,
  'numpy.core.multiarray': arrayParts,
  'numpy._core.numeric': ['_frombuffer'],
  'numpy.core.numeric': ['_frombuffer'],
  pathlib: paths,
  // Python 3.13 alone.
  'pathlib._local': paths,
  torch: ['device'],
};

/** Classes and functions whose results nobody needs. */
export const inertClasses: readonly string[] = Object.entries(calledByModule).flatMap(([module, names]) =>
  names.map((name) => `${module}.${name}`),
);

/** What NumPy's arrays are made by, of which the version and the protocol decide. */
export const arrayClasses: ReadonlySet<string> = new Set([
  'numpy.ndarray',
  'numpy._core.multiarray._reconstruct',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.numeric._frombuffer',
  'numpy.core.numeric._frombuffer',
]);

/** PyTorch's element types: values under a name, never called. */
export const inertNames: readonly string[] = [
  ...['bool', 'uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64'],
  ...['float8_e4m3fn', 'float8_e5m2', 'float16', 'bfloat16', 'float32', 'float64', 'complex64', 'complex128'],
].map((name) => `torch.${name}`);
