/** Weights that are no tensors: refused by name, never left out, and never sought in the next place. */
import { expect } from 'chai';
import {
  code,
  dictionary,
  globalName,
  integer,
  oldCheckpoint,
  oneTensor,
  pickle,
  reduce,
  storage,
  tensor,
  text,
  tuple,
} from './pickle-bytes.ts';
import { readBytes, refusalOf } from './written-file.ts';
import { zipBytes } from './zip-bytes.ts';

const three = { 0: [1, 2, 3] };
const stored = tensor(storage('0', 3), { shape: [3], strides: [1] });
const called = (module: string, name: string) =>
  Buffer.concat([globalName(module, name), tuple(integer(3)), reduce]);
const array = called('numpy', 'ndarray');
const counter = called('collections', 'Counter');

describe('the dictionary of weights', () => {
  const makers = {
    'numpy.core.multiarray': '_reconstruct',
    'numpy._core.multiarray': '_reconstruct',
    'numpy.core.numeric': '_frombuffer',
    'numpy._core.numeric': '_frombuffer',
    numpy: 'ndarray',
  };
  for (const [module, name] of Object.entries(makers)) {
    it(`is refused when one of the weights is an array made by ${module}.${name}`, async () => {
      const state = dictionary({ w: stored, 'layer3.1.conv1.weight': called(module, name) });
      for (const root of [state, dictionary({ epoch: integer(3), state_dict: state })]) {
        expect(await refusalOf(oldCheckpoint(root, three))).to.equal(
          'model.pth: layer3.1.conv1.weight is an array of NumPy, not a tensor; ' +
            'save tensors (torch.from_numpy) and give that.',
        );
      }
    });
  }

  it('is refused when all of the weights are arrays', async () => {
    expect(await refusalOf(oldCheckpoint(dictionary({ w: array }), {}))).to.match(/w is an array of NumPy/);
  });

  it('may hold what is no array, and arrays may lie around it', async () => {
    const inner = dictionary({ w: stored, counts: counter });
    const root = dictionary({ random_state: array, state_dict: inner });
    expect([...(await readBytes(oldCheckpoint(root, three))).tensors.keys()]).to.deep.equal(['w']);
  });

  const places: readonly (readonly [what: string, value: Buffer])[] = [
    ['an array of NumPy', array],
    ['an object of collections.Counter', counter],
  ];
  for (const [what, value] of places) {
    it(`is not sought in the next place when ${what} stands in the first`, async () => {
      const root = dictionary({ model: oneTensor, state_dict: value });
      expect(await refusalOf(oldCheckpoint(root, three)))
        .to.include(`state_dict is ${what}, not a dictionary of tensors`)
        .and.include('state_dict() alone');
    });
  }

  it('is sought in the first place that holds one, whatever stands in later ones', async () => {
    const root = dictionary({ net: array, model: counter, state_dict: oneTensor });
    expect([...(await readBytes(oldCheckpoint(root, three))).tensors.keys()]).to.deep.equal(['w']);
    const named = dictionary({ net: oneTensor, model: text('resnet18') });
    expect([...(await readBytes(oldCheckpoint(named, three))).tensors.keys()]).to.deep.equal(['w']);
  });

  describe('beside more than 64 MiB of arrays', () => {
    const length = 2 ** 26;
    const root = () =>
      dictionary({ random_state: code('B', length, Buffer.alloc(length)), state_dict: oneTensor });
    const files: Readonly<Record<string, () => Buffer>> = {
      'an old checkpoint': () => oldCheckpoint(root(), three),
      'a zip checkpoint': () => zipBytes([{ name: 'model/data.pkl', content: pickle(root()) }]),
    };
    for (const [what, bytes] of Object.entries(files)) {
      it(`is asked for alone, and ${what} is not called damaged`, async () => {
        expect(await refusalOf(bytes()))
          .to.match(/64 MiB in it are no tensors.*Save the model's state_dict\(\) alone/)
          .and.not.match(/damaged|Fetch it again/);
      });
    }
  });
});
