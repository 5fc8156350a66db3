/** Which recipes of a manifest come to a resampling, with the numbers that their module gives. */
import { expect } from 'chai';
import { picturesForTensors } from '../../../../converter/pictures-for-tensors.ts';
import type { PictureProgram } from '../../../../converter/program.ts';
import { planResampling } from '../../../../converter/resampling/plan-resampling.ts';
import { SharedModules } from '../../../../converter/writers/shared-modules.ts';
import { resizeFilters, type StatedPreprocessing } from '../../../../gateway/domain/preprocessing.ts';
import type { NumericTensor } from '../../../../gateway/domain/tensor.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { plainResampling } from '../../../support/plain-resampling.ts';
import { randomPixels } from '../passes/picture-runs.ts';

interface Way {
  readonly program: PictureProgram;
  readonly modules: SharedModules;
}

function wayIn(
  stated: StatedPreprocessing,
  { shape = [null, 9, 12, 3], datatype = 'float32' }: Partial<Pick<NumericTensor, 'datatype'>> & Shaped = {},
): Way {
  const modules = new SharedModules();
  const signature = {
    name: 'serving_default',
    inputs: [{ name: 'images', datatype, shape }],
    outputs: [{ name: 'scores', datatype: 'float32', shape: [null, 6] }],
  } as const;
  const program = picturesForTensors([{ kind: 'tensor', signature, network: '' }], stated, modules);
  if (program === undefined) throw new Error('there is no way in for pictures');
  return { program, modules };
}

interface Shaped {
  readonly shape?: readonly (number | null)[];
}

const square = [null, 3, 12, 12];

async function isTheSame({ program, modules }: Way): Promise<void> {
  const session = await openSession(modules.byName.get(program.prepare) ?? new Uint8Array());
  for (const [height, width] of [
    [30, 40],
    [5, 6],
    [40, 13],
  ] as const) {
    const pixels = randomPixels(height, [height, width, 3]);
    const expected = (await runSession(session, new Map([['pixels', pixels]]))).get('prepared');
    const plan = program.resampling && planResampling(program.resampling, { height, width });
    if (plan === undefined || !(pixels.elements instanceof Uint8Array)) throw new Error('there is no plan');
    const given = plainResampling(plan, { elements: pixels.elements, width });
    expect(plan.shape).to.deep.equal(expected?.shape);
    const differences = Array.from(given, (number, at) => Math.abs(number - Number(expected?.elements[at])));
    // A deviation of 0.2 or more makes at most five of one.
    expect(Math.max(...differences)).to.be.below(1e-3);
  }
  await session.release();
}

describe('the recipes of manifests', () => {
  const scaled = { mean: [124, 116, 104], deviation: [58, 57, 56] } as const;
  const suited: Readonly<Record<string, Way>> = {
    'the usual one': wayIn({}),
    'means and deviations': wayIn(scaled),
    'blue before red': wayIn({ ...scaled, channels: 'bgr' }),
    "TensorFlow 1's bilinear": wayIn({ filter: 'legacy-bilinear' }),
    'the shorter side, channels first': wayIn({ ...scaled, resize: 16 }, { shape: square }),
    'all of it': wayIn(
      { ...scaled, resize: 16, filter: 'legacy-bilinear', channels: 'bgr' },
      { shape: square },
    ),
  };
  for (const [what, way] of Object.entries(suited)) {
    it(`need no module for ${what}`, async () => {
      await isTheSame(way);
    });
  }

  it('need their module when the filter widens its kernel', () => {
    const withoutModule = resizeFilters.filter(
      (filter) => wayIn({ filter }).program.resampling !== undefined,
    );
    expect(withoutModule).to.deep.equal(['plain-bilinear', 'legacy-bilinear']);
  });

  it('need their module when the network takes bytes', () => {
    expect(wayIn({}, { datatype: 'uint8' }).program.resampling).to.equal(undefined);
  });
});
