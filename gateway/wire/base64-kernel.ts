/** Encodes base64 with the vector unit, twelve bytes at a time, into memory that no garbage is made of. */
import { wasmModule, type Assembler, type Instruction } from '../web-assembly/wasm-module.ts';
import { webAssembly } from '../web-assembly/web-assembly.ts';

/** Bytes that become sixteen characters. */
export const groupBytes = 12;
const groupCharacters = 16;

/** Groups that are encoded at a time: what they are made of and what they become stays in the processor's cache. */
const stepBytes = 4096 * groupBytes;
const stepCharacters = 4096 * groupCharacters;

/** The bytes lie at the beginning; a load of sixteen may end beyond them, where the characters lie. */
const charactersAt = stepBytes;
const pageBytes = 64 * 1024;
const pages = Math.ceil((charactersAt + stepCharacters) / pageBytes);

/** @returns the offset after what was written */
export type EncodeGroups = (bytes: Uint8Array, target: Uint8Array, offset: number) => number;

/** Takes bytes whose number is a multiple of `groupBytes`; undefined where there is no WebAssembly. */
export function encoderOfGroups(): EncodeGroups | undefined {
  const code = wasmModule({
    name: 'encode',
    parameters: ['groups', 'from', 'to'],
    integers: [],
    vectors: ['triples', 'indices'],
    body: (assembler) => [assembler.loop(group(assembler), [assembler.raise('groups', -1)])],
  });
  if (webAssembly?.validate(code) !== true) return undefined;
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
  const { encode } = new webAssembly.Instance(new webAssembly.Module(code), { host: { memory } }).exports;
  if (!isKernel(encode)) throw new Error('the module exports no kernel');
  const room = new Uint8Array(memory.buffer);
  return (bytes, target, offset) => {
    let at = offset;
    for (let start = 0; start < bytes.length; start += stepBytes) {
      const step = bytes.subarray(start, start + stepBytes);
      const groups = step.length / groupBytes;
      room.set(step);
      encode(groups, 0, charactersAt);
      target.set(room.subarray(charactersAt, charactersAt + groups * groupCharacters), at);
      at += groups * groupCharacters;
    }
    return at;
  };
}

/** The exports of a module have no types; this one is written and read in the same file. */
function isKernel(value: unknown): value is (groups: number, from: number, to: number) => void {
  return typeof value === 'function';
}

/** Three bytes as one number in each lane, the first one highest. */
const intoLanes = [2, 1, 0, 255, 5, 4, 3, 255, 8, 7, 6, 255, 11, 10, 9, 255];

/** Where the six bits of each of the four characters lie in the number, and the byte of the lane that they go to. */
const sixBits = 0b11_1111;

/** Numbers from 0 to 63 in four ranges, lower case letters first: what to add to a number to get its character. */
const lastLetter = 51;
const capitals = 26;
const distances = [
  'a'.charCodeAt(0) - capitals,
  ...Array<number>(10).fill('0'.charCodeAt(0) - lastLetter - 1),
  '+'.charCodeAt(0) - 62,
  '/'.charCodeAt(0) - 63,
  'A'.charCodeAt(0),
  0,
  0,
];
const capitalsPlace = distances.indexOf('A'.charCodeAt(0));

const everyByte = (value: number): readonly number[] => Array<number>(16).fill(value);

/** The six bits of one character, in its byte of every lane. */
const maskOf = (character: number): readonly number[] =>
  Array.from({ length: 16 }, (_, byte) => (byte % 4 === character ? sixBits : 0));

/**
 * Which range an index is in is found without a branch: what it exceeds the last letter by numbers the characters that
 * are no letters, and the capitals, which are below, get the place behind them.
 */
function group(assembler: Assembler): readonly Instruction[] {
  const { and, or, constant, swizzle, shiftUp, shiftDown } = assembler;
  const triples = assembler.get('triples');
  return [
    assembler.get('from'),
    assembler.loadVector(0),
    constant(intoLanes),
    swizzle,
    assembler.set('triples'),
    ...[triples, shiftDown(18), constant(maskOf(0)), and],
    ...[triples, shiftDown(4), constant(maskOf(1)), and, or],
    ...[triples, shiftUp(10), constant(maskOf(2)), and, or],
    ...[triples, shiftUp(24), constant(maskOf(3)), and, or],
    assembler.set('indices'),
    assembler.get('to'),
    constant(distances.map((distance) => distance & 0xff)),
    ...[assembler.get('indices'), constant(everyByte(lastLetter)), assembler.subtractBytesToZero],
    ...[assembler.get('indices'), constant(everyByte(capitals)), assembler.bytesBelow],
    ...[constant(everyByte(capitalsPlace)), and, or],
    swizzle,
    ...[assembler.get('indices'), assembler.addBytes],
    assembler.storeVector,
    ...[assembler.raise('from', groupBytes), assembler.drop],
    ...[assembler.raise('to', groupCharacters), assembler.drop],
  ];
}
