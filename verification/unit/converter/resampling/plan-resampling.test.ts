/** A plan stays within its picture, whatever the size, and there is none where nothing would be left. */
import { expect } from 'chai';
import { integer, type OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { extractResampling } from '../../../../converter/resampling/extract-resampling.ts';
import { planResampling } from '../../../../converter/resampling/plan-resampling.ts';
import type { ResamplingGraph } from '../../../../converter/resampling/resampling-graph.ts';
import type { AxisSampling } from '../../../../gateway/domain/bilinear-plan.ts';
import { seeded } from '../../../support/seeded.ts';
import {
  cut,
  inProportion,
  middle,
  planar,
  preparation,
  resize,
  resized,
  type Step,
} from './preparation-graph.ts';

function planned(graph: OnnxGraph): ResamplingGraph {
  const resampling = extractResampling(graph);
  if (resampling === undefined) throw new Error('this preparation is a resampling');
  return resampling;
}

const half = resized(12, 10);

function isWithin({ start, size, first, count, scale }: AxisSampling, side: number): boolean {
  const isPart = start >= 0 && size > 0 && start + size <= side;
  return isPart && first >= 0 && count > 0 && Math.floor((first + count - 1) * scale) < size;
}

describe('planResampling', () => {
  it('stays within pictures of every size', () => {
    const resampling = planned(preparation(middle, planar, inProportion));
    const random = seeded(1);
    for (let turn = 0; turn < 2000; turn += 1) {
      const [height, width] = [0, 1].map(() => Math.ceil(10_000 ** random()));
      if (height === undefined || width === undefined) throw new Error('two sides were asked for');
      const plan = planResampling(resampling, { height, width });
      const sound = plan && isWithin(plan.rows, height) && isWithin(plan.columns, width);
      expect(sound, `${height} × ${width}: ${JSON.stringify(plan)}`).to.equal(true);
      expect(plan?.shape).to.deep.equal([1, 3, 12, 10]);
    }
  });

  it('has no plan for a picture of which nothing is left', () => {
    const lower = cut({ starts: [100], ends: [1000], axes: [0] });
    const resampling = planned(preparation(lower, planar, half));
    expect(planResampling(resampling, { height: 101, width: 5 })?.rows).to.include({ start: 100, size: 1 });
    expect(planResampling(resampling, { height: 100, width: 5 })).to.equal(undefined);
  });

  it('has no plan where sizes come to nothing that a picture has', () => {
    const divided: Step = (steps, value) => {
      const { builder } = steps;
      const rest = builder.emit('Sub', [steps.sides(), builder.integers([50])]);
      const sides = builder.emit('Div', [builder.integers([5000]), rest]);
      const sizes = builder.emit('Concat', [builder.integers([1, 3]), sides], { axis: integer(0) });
      return builder.emit('Resize', [value, '', '', sizes], resize('half_pixel'));
    };
    const resampling = planned(preparation(planar, divided));
    expect(planResampling(resampling, { height: 150, width: 100 })?.shape).to.deep.equal([1, 3, 50, 100]);
    expect(planResampling(resampling, { height: 50, width: 100 })).to.equal(undefined);
    expect(planResampling(resampling, { height: 40, width: 100 })).to.equal(undefined);
  });
});
