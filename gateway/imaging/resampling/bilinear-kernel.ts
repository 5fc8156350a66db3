/** The inner loops of bilinear resampling, for the vector unit: four samples of three channels make one pixel. */
import { wasmModule, type Assembler, type Instruction } from '../../web-assembly/wasm-module.ts';

/** Bytes of one line of the table of rows: addresses of the upper and the lower row, share of the lower one. */
export const rowLineBytes = 12;
/** Bytes of one line of the table of columns: offset of the left pixel in a row, share of the right one. */
export const columnLineBytes = 8;
/** Bytes that may be read beyond the last pixel of a row; they are multiplied by 0. */
export const bytesBeyond = 5;

/**
 * Every address is one in the memory. Both tables have at least one line. `channels` are twelve floats: three numbers
 * to add to the samples, multiply them by and add after that, each followed by one for nothing. `first`, `second` and
 * `third` are where the three channels of the first pixel go, `step` the bytes to the next pixel.
 */
const parameters = [
  'rows',
  'columns',
  'height',
  'width',
  'channels',
  'first',
  'second',
  'third',
  'step',
] as const;

/** In the order of the parameters. */
export type BilinearKernel = (
  ...numbers: readonly [number, number, number, number, number, number, number, number, number]
) => void;

const targets = ['first', 'second', 'third'] as const;

/** Byte 0 of each lane; a number above 15 stands for a zero. */
const lanes = (bytes: readonly number[]): readonly number[] => [
  ...bytes.flatMap((byte) => [byte, 128, 128, 128]),
  ...[128, 128, 128, 128],
];
const leftPixel = lanes([0, 1, 2]);
const rightPixel = lanes([3, 4, 5]);

/**
 *   left + (right − left) · share of the right one
 *
 * Both pixels come from one load of eight bytes, since the right one is the left one's neighbour.
 */
function alongRow(row: string, assembler: Assembler): readonly Instruction[] {
  const { constant, swizzle, toFloats, addFloats, subtractFloats, multiplyFloats } = assembler;
  return [
    assembler.get(row),
    assembler.get('column'),
    assembler.load(0),
    assembler.add,
    assembler.loadHalf,
    assembler.tee('pair'),
    constant(leftPixel),
    swizzle,
    toFloats,
    assembler.tee('left'),
    assembler.get('pair'),
    constant(rightPixel),
    swizzle,
    toFloats,
    assembler.get('left'),
    subtractFloats,
    assembler.get('rightShare'),
    multiplyFloats,
    addFloats,
  ];
}

/** upper + (lower − upper) · share of the lower one, then the line of each channel. */
function pixel(assembler: Assembler): readonly Instruction[] {
  const { addFloats, subtractFloats, multiplyFloats } = assembler;
  return [
    assembler.get('column'),
    assembler.loadEverywhere(4),
    assembler.set('rightShare'),
    ...alongRow('upper', assembler),
    assembler.tee('above'),
    ...alongRow('lower', assembler),
    assembler.get('above'),
    subtractFloats,
    assembler.get('lowerShare'),
    multiplyFloats,
    addFloats,
    assembler.get('shift'),
    addFloats,
    assembler.get('factor'),
    multiplyFloats,
    assembler.get('offset'),
    addFloats,
    assembler.set('pixel'),
    ...targets.flatMap((target, lane) => [
      assembler.get(target),
      assembler.get('pixel'),
      assembler.storeLane(lane),
      assembler.get(target),
      assembler.get('step'),
      assembler.add,
      assembler.set(target),
    ]),
    assembler.raise('column', columnLineBytes),
    assembler.drop,
  ];
}

function row(assembler: Assembler): readonly Instruction[] {
  return [
    assembler.get('rows'),
    assembler.load(0),
    assembler.set('upper'),
    assembler.get('rows'),
    assembler.load(4),
    assembler.set('lower'),
    assembler.get('rows'),
    assembler.loadEverywhere(8),
    assembler.set('lowerShare'),
    assembler.get('columns'),
    assembler.set('column'),
    assembler.get('width'),
    assembler.set('left over'),
    assembler.loop(pixel(assembler), [assembler.raise('left over', -1)]),
    assembler.raise('rows', rowLineBytes),
    assembler.drop,
  ];
}

/** A module that imports `host.memory` and exports `resample`, a `BilinearKernel`. */
export function bilinearKernel(): Uint8Array<ArrayBuffer> {
  return wasmModule({
    name: 'resample',
    parameters,
    integers: ['column', 'left over', 'upper', 'lower'],
    vectors: ['shift', 'factor', 'offset', 'rightShare', 'lowerShare', 'pair', 'left', 'above', 'pixel'],
    body: (assembler) => [
      ...['shift', 'factor', 'offset'].flatMap((numbers, index) => [
        assembler.get('channels'),
        assembler.loadVector(16 * index),
        assembler.set(numbers),
      ]),
      assembler.loop(row(assembler), [assembler.raise('height', -1)]),
    ],
  });
}
