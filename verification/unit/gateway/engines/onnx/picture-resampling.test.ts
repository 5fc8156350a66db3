/** Plans by size of picture, and which pictures are left to the ONNX module. */
import { expect } from 'chai';
import { extractResampling } from '../../../../../converter/resampling/extract-resampling.ts';
import { planResampling } from '../../../../../converter/resampling/plan-resampling.ts';
import type { ResamplingGraph } from '../../../../../converter/resampling/resampling-graph.ts';
import type { NumericTensor } from '../../../../../gateway/domain/tensor.ts';
import { PictureResampling } from '../../../../../gateway/engines/onnx/picture-resampling.ts';
import { plainResampling } from '../../../../support/plain-resampling.ts';
import { randomPixels } from '../../../converter/passes/picture-runs.ts';
import { by, cut, planar, preparation, resized } from '../../../converter/resampling/preparation-graph.ts';

/** What lies below the tenth row, as 12 × 10. */
function lowerPart(): ResamplingGraph {
  const below = cut({ starts: [10], ends: [9999], axes: [0] });
  const resampling = extractResampling(preparation(below, planar, resized(12, 10), by('Mul', 1 / 255)));
  if (resampling === undefined) throw new Error('this preparation is a resampling');
  return resampling;
}

function isExact(resampling: PictureResampling, graph: ResamplingGraph, pixels: NumericTensor): void {
  const [height = 0, width = 0] = pixels.shape;
  const plan = planResampling(graph, { height, width });
  if (plan === undefined || !(pixels.elements instanceof Uint8Array)) throw new Error('there is no plan');
  const prepared = resampling.prepare(graph, pixels);
  expect(prepared?.shape).to.deep.equal([1, 3, 12, 10]);
  expect(prepared?.datatype).to.equal('float32');
  expect(prepared?.elements).to.deep.equal(plainResampling(plan, { elements: pixels.elements, width }));
}

describe('PictureResampling', () => {
  it('prepares pictures of more sizes than it remembers, and of the first ones again', () => {
    const [resampling, graph] = [new PictureResampling(), lowerPart()];
    for (const round of [1, 2]) {
      for (let height = 11; height < 600; height += 1) {
        isExact(resampling, graph, randomPixels(height + round, [height, 1 + (height % 3), 3]));
      }
    }
  });

  it('keeps the plans of two programs apart', () => {
    const [resampling, graph] = [new PictureResampling(), lowerPart()];
    const doubled = extractResampling(preparation(planar, resized(12, 10), by('Mul', 2)));
    if (doubled === undefined) throw new Error('this preparation is a resampling');
    const pixels = randomPixels(1, [20, 20, 3]);
    for (const either of [graph, doubled, graph, doubled]) isExact(resampling, either, pixels);
  });

  it('leaves a picture of a size without a plan to the module, again and again', () => {
    const [resampling, graph] = [new PictureResampling(), lowerPart()];
    for (let time = 0; time < 3; time += 1) {
      expect(resampling.prepare(graph, randomPixels(1, [10, 20, 3]))).to.equal(undefined);
      isExact(resampling, graph, randomPixels(1, [11, 20, 3]));
    }
  });

  it('leaves pixels in another form to the module', () => {
    const [resampling, graph] = [new PictureResampling(), lowerPart()];
    expect(resampling.prepare(graph, randomPixels(1, [20, 20, 1]))).to.equal(undefined);
    const floats = { datatype: 'float32', shape: [20, 20, 3], elements: new Float32Array(1200) } as const;
    expect(resampling.prepare(graph, floats)).to.equal(undefined);
  });

  it('leaves every picture to the module where there is no WebAssembly', () => {
    const resampling = new PictureResampling(null);
    expect(resampling.prepare(lowerPart(), randomPixels(1, [20, 20, 3]))).to.equal(undefined);
  });
});
