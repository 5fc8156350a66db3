/** `ScaleAndTranslate`, by which TensorFlow resizes with kernels that widen when the picture shrinks. */
import { float, integer, text, type OnnxAttributes } from '../onnx/onnx-graph.ts';
import { inChannelsFirst } from './layout.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

// TensorFlow leaves out what lies beyond the edge and lets the other weights make up for it.
const insideOnly: OnnxAttributes = { exclude_outside: integer(1) };

/** Triangle is the bilinear kernel, Keys' cubic the one with a = −0.5 that Pillow has too. */
const kernels: ReadonlyMap<string, OnnxAttributes> = new Map([
  ['triangle', { mode: text('linear'), ...insideOnly }],
  ['keyscubic', { mode: text('cubic'), cubic_coeff_a: float(-0.5), ...insideOnly }],
]);

/**
 * Translations are refused; the scale is taken to be new size ÷ old size, as `tf.image.resize` writes it.
 * With that, ONNX's antialiased `Resize` agrees within 0.02 of 255 (measured on random pictures).
 */
const scaleAndTranslate: Lowering = (context) => {
  const { builder } = context;
  const kernel = kernels.get(context.text('kernel_type', 'lanczos3'));
  if (kernel === undefined)
    throw context.unsupported(`resizes by ${context.text('kernel_type', 'lanczos3')}`);
  if (context.numbers(3).some((offset) => offset !== 0)) throw context.unsupported('moves the picture');
  requireWholePicture(context);
  const picture = builder.cast(context.input(0), 'float32');
  return [
    inChannelsFirst(context, picture, (value) => {
      const shape = builder.emit('Shape', [value]);
      const leading = builder.emit('Slice', [shape, builder.integers([0]), builder.integers([2])]);
      const sizes = builder.emit('Concat', [leading, builder.cast(context.input(1), 'int64')], {
        axis: integer(0),
      });
      return builder.emit('Resize', [value, '', '', sizes], {
        ...kernel,
        coordinate_transformation_mode: text('half_pixel'),
        antialias: integer(Number(context.flag('antialias', true))),
      });
    }),
  ];
};

/** Where sizes and scale are all known they must agree; a scale of its own would cut or pad the picture. */
function requireWholePicture(context: LoweringContext): void {
  const { builder } = context;
  const scales = builder.constantOf(context.input(2));
  const targets = builder.constantOf(context.input(1));
  const sides = builder.typeOf(context.input(0)).shape?.slice(1, 3);
  if (scales === undefined || targets === undefined || sides === undefined) return;
  const agrees = sides.every((side, axis) => {
    const exact = Number(targets.elements[axis] ?? 0) / (side ?? 0);
    return side === null || Math.abs(Number(scales.elements[axis] ?? 0) - exact) < 1e-4 * exact;
  });
  if (!agrees) throw context.unsupported('scales the picture to another size than it gives it');
}

export const scaledPictures: Lowerings = { ScaleAndTranslate: scaleAndTranslate };
