/** The WebAssembly kernel gives the very numbers of plain loops, for pictures, parts and results of every size. */
import { expect } from 'chai';
import type { AxisSampling, BilinearPlan } from '../../../../../gateway/domain/bilinear-plan.ts';
import { BilinearResampler } from '../../../../../gateway/imaging/resampling/bilinear-resampler.ts';
import { webAssembly } from '../../../../../gateway/web-assembly/web-assembly.ts';
import { plainResampling } from '../../../../support/plain-resampling.ts';
import { randomPixels } from '../../../converter/passes/picture-runs.ts';
import { seeded } from '../../../../support/seeded.ts';

const whole = (size: number, count: number): AxisSampling => ({
  start: 0,
  size,
  first: 0,
  count,
  scale: Math.fround(size / count),
});

const plain: Omit<BilinearPlan, 'rows' | 'columns' | 'shape'> = {
  isHalfPixel: false,
  channels: [0, 1, 2],
  shift: [-123.68, -116.78, -103.94],
  factor: [0.017, 0.0175, 0.0174],
  offset: [0.5, -0.25, 1],
  layout: 'channels-first',
};

interface Case {
  readonly height: number;
  readonly width: number;
  readonly plan: BilinearPlan;
}

function stretched(
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  more: Partial<BilinearPlan> = {},
): Case {
  const plan = { ...plain, rows: whole(height, rows), columns: whole(width, columns), ...more };
  return { height, width, plan: { ...plan, shape: [1, 3, plan.rows.count, plan.columns.count] } };
}

/** A part of the picture, resized, of which a part is wanted. */
function randomCase(seed: number): Case {
  const random = seeded(seed);
  const among = (most: number): number => 1 + Math.floor(random() * most);
  const side = (size: number): AxisSampling => {
    const part = among(size);
    const start = Math.floor(random() * (size - part + 1));
    const target = among(60);
    const count = among(target);
    const first = Math.floor(random() * (target - count + 1));
    return { start, size: part, first, count, scale: Math.fround(part / target) };
  };
  const [height, width] = [among(90), among(90)];
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ] as const;
  return stretched([height, width], [1, 1], {
    rows: side(height),
    columns: side(width),
    isHalfPixel: random() < 0.5,
    channels: orders[Math.floor(random() * 3)] ?? orders[0],
    layout: random() < 0.5 ? 'channels-first' : 'channels-last',
  });
}

function resampler(): BilinearResampler {
  const created = BilinearResampler.create();
  if (created === null) throw new Error('this machine runs no WebAssembly with vectors');
  return created;
}

function isExact(kernel: BilinearResampler, { height, width, plan }: Case): void {
  const { elements } = randomPixels(height * 1000 + width, [height, width, 3]);
  if (!(elements instanceof Uint8Array)) throw new Error('pixels are bytes');
  const pixels = { elements, width };
  const given = kernel.resample(plan, pixels);
  const expected = plainResampling(plan, pixels);
  expect(given?.length).to.equal(expected.length);
  const first = expected.findIndex((number, index) => number !== given?.[index]);
  expect(first, `${height} × ${width}: ${JSON.stringify(plan)}`).to.equal(-1);
}

describe('BilinearResampler', () => {
  it('gives the numbers of plain loops on 500 random plans, one after the other in one memory', () => {
    const kernel = resampler();
    for (let seed = 1; seed <= 500; seed += 1) isExact(kernel, randomCase(seed));
  });

  const sizes: readonly (readonly [string, readonly [number, number], readonly [number, number]])[] = [
    ['one pixel', [1, 1], [224, 224]],
    ['one row', [1, 100], [224, 224]],
    ['one column', [150, 1], [224, 224]],
    ['to one pixel', [37, 53], [1, 1]],
    ['to its own size', [33, 41], [33, 41]],
    ['more rows than a stripe holds', [3000, 500], [299, 224]],
    ['rows of which two fill more than a stripe', [4, 60_000], [3, 500]],
  ];
  for (const [what, from, to] of sizes) {
    for (const isHalfPixel of [false, true]) {
      it(`resamples ${what}${isHalfPixel ? ', from the middles of the pixels' : ''}`, () => {
        isExact(resampler(), stretched(from, to, { isHalfPixel }));
      });
    }
  }

  it('grows its memory for a larger result and goes on with smaller ones', () => {
    const kernel = resampler();
    for (const side of [8, 600, 9, 1000, 10]) isExact(kernel, stretched([50, 40], [side, side]));
  });

  it('declines a result beyond its memory and still serves the next picture', () => {
    const kernel = resampler();
    const { plan } = stretched([50, 40], [2000, 2000]);
    expect(kernel.resample(plan, { elements: new Uint8Array(50 * 40 * 3), width: 40 })).to.equal(undefined);
    isExact(kernel, stretched([50, 40], [20, 20]));
  });

  it('resamples what lies in its room already, up to the end of it and while the memory grows', () => {
    const kernel = resampler();
    const height = 4;
    const width = kernel.room.length / 12;
    for (const [what, from, to] of [
      ['small', [33, 41], [12, 30]],
      ['grown', [33, 41], [700, 700]],
      ['full', [height, width], [5, 224]],
    ] as const) {
      const { plan } = stretched(from, to);
      const { elements } = randomPixels(7, [...from, 3]);
      if (!(elements instanceof Uint8Array)) throw new Error('pixels are bytes');
      const { room } = kernel;
      const inside = room.subarray(room.length - elements.length);
      inside.set(elements);
      const expected = plainResampling(plan, { elements, width: from[1] });
      expect(kernel.resample(plan, { elements: inside, width: from[1] }), what).to.deep.equal(expected);
    }
  });

  it('leaves the pixels as they were', () => {
    const elements = new Uint8Array(30 * 20 * 3).fill(7);
    resampler().resample(stretched([30, 20], [64, 64]).plan, { elements, width: 20 });
    expect(elements.every((byte) => byte === 7)).to.equal(true);
  });

  it('is not there without WebAssembly or without its vectors', () => {
    if (webAssembly === null) throw new Error('this test needs WebAssembly');
    const { Memory, Module, Instance } = webAssembly;
    expect(BilinearResampler.create(null)).to.equal(null);
    const withoutVectors = { Memory, Module, Instance, validate: () => false };
    expect(BilinearResampler.create(withoutVectors)).to.equal(null);
  });
});
