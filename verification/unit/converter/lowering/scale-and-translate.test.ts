/** Resizing with widened kernels: what is translated, and what is refused rather than computed otherwise. */
import { expect } from 'chai';
import { LoweringContext } from '../../../../converter/lowering/lowering.ts';
import { scaledPictures } from '../../../../converter/lowering/scale-and-translate.ts';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import type { OnnxNode } from '../../../../converter/onnx/onnx-graph.ts';
import type { AttributeValue } from '../../../../converter/readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';

interface Use {
  readonly kernel?: string;
  readonly antialias?: boolean;
  readonly scale?: readonly number[];
  readonly translation?: readonly number[];
}

/** The nodes that resizing [1,8,6,3] to 4 × 3 becomes. */
function lowered({ kernel, antialias, scale = [0.5, 0.5], translation = [0, 0] }: Use): readonly OnnxNode[] {
  const builder = new GraphBuilder();
  const picture = builder.input('picture', { datatype: 'float32', shape: [1, 8, 6, 3] });
  const inputs = [
    picture,
    builder.constant(constantOf('int32', [2], [4, 3])),
    builder.constant(constantOf('float32', [2], scale)),
    builder.constant(constantOf('float32', [2], translation)),
  ];
  const attributes = new Map<string, AttributeValue>();
  if (kernel !== undefined) attributes.set('kernel_type', { kind: 'string', value: kernel });
  if (antialias !== undefined) attributes.set('antialias', { kind: 'boolean', value: antialias });
  const node = { name: 'resize', operation: 'ScaleAndTranslate', inputs: [], attributes };
  const outputs = scaledPictures['ScaleAndTranslate']?.(new LoweringContext(node, builder, inputs)) ?? [];
  const value = outputs[0] ?? '';
  expect(builder.typeOf(value).shape).to.deep.equal([1, 4, 3, 3]);
  return builder.finish([{ name: 'resized', value }]).nodes;
}

const resizeOf = (nodes: readonly OnnxNode[]) =>
  nodes.find(({ operator }) => operator === 'Resize')?.attributes;

describe('lowering ScaleAndTranslate', () => {
  it('makes Keys’ cubic kernel a cubic Resize with a = −0.5 that leaves out what lies outside', () => {
    expect(resizeOf(lowered({ kernel: 'keyscubic' }))).to.deep.include({
      mode: { kind: 'string', value: 'cubic' },
      cubic_coeff_a: { kind: 'float', value: -0.5 },
      exclude_outside: { kind: 'integer', value: 1 },
      antialias: { kind: 'integer', value: 1 },
      coordinate_transformation_mode: { kind: 'string', value: 'half_pixel' },
    });
  });

  it('makes the triangle a linear Resize, antialiased or not', () => {
    expect(resizeOf(lowered({ kernel: 'triangle', antialias: false }))).to.deep.include({
      mode: { kind: 'string', value: 'linear' },
      antialias: { kind: 'integer', value: 0 },
    });
  });

  const refusals: readonly (readonly [string, Use, RegExp])[] = [
    ['a kernel that ONNX lacks', { kernel: 'gaussian' }, /resizes by gaussian/],
    ['TensorFlow’s default kernel', {}, /resizes by lanczos3/],
    ['a shift', { kernel: 'triangle', translation: [0, 1] }, /moves the picture/],
    ['a scale that is not that of the sizes', { kernel: 'triangle', scale: [0.5, 0.7] }, /another size/],
  ];
  for (const [what, use, sentence] of refusals) {
    it(`refuses ${what}`, () => {
      expect(() => lowered(use)).to.throw(UnsupportedModel, sentence);
    });
  }
});
