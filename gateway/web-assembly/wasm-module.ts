/** Writes a WebAssembly module of one function down as bytes (WebAssembly Core Specification 2.0, chapter 5). */

/** The bytes of an instruction, with its operands. */
export type Instruction = readonly number[];

export interface WasmFunction {
  readonly name: string;
  /** All of them 32-bit integers. */
  readonly parameters: readonly string[];
  readonly integers: readonly string[];
  /** Locals of 128 bits. */
  readonly vectors?: readonly string[];
  /** Locals that are 64-bit integers. */
  readonly longs?: readonly string[];
  /** Locals that are 32-bit floats. */
  readonly floats?: readonly string[];
  /** Locals that are 64-bit floats. */
  readonly doubles?: readonly string[];
  readonly body: (assembler: Assembler) => readonly Instruction[];
}

/** Instructions; addresses and counts are 32-bit integers. */
export class Assembler {
  readonly #locals: readonly string[];

  constructor(locals: readonly string[]) {
    this.#locals = locals;
  }

  readonly get = (local: string): Instruction => [0x20, ...this.#index(local)];

  readonly set = (local: string): Instruction => [0x21, ...this.#index(local)];

  /** Sets a local and leaves the value. */
  readonly tee = (local: string): Instruction => [0x22, ...this.#index(local)];

  /** Repeats while `again` leaves something other than 0. */
  readonly loop = (turn: readonly Instruction[], again: readonly Instruction[]): Instruction => [
    0x03,
    0x40,
    ...turn.flat(),
    ...again.flat(),
    0x0d,
    0x00,
    0x0b,
  ];

  /** What `leaveIf` can go to the end of. */
  readonly block = (body: readonly Instruction[]): Instruction => [0x02, 0x40, ...body.flat(), 0x0b];

  /** Takes a condition, and does it when that is not 0. */
  readonly when = (body: readonly Instruction[]): Instruction => [0x04, 0x40, ...body.flat(), 0x0b];

  /** Takes a condition, and goes to the end of the block in which so many blocks, loops and conditions lie around here. */
  readonly leaveIf = (depth: number): Instruction => [0x0d, ...unsigned(depth)];

  /** Adds a number to a local, and leaves the sum. */
  readonly raise = (local: string, by: number): Instruction => [
    ...this.get(local),
    0x41,
    ...signed(by),
    ...this.add,
    ...this.tee(local),
  ];

  readonly add: Instruction = [0x6a];
  readonly subtract: Instruction = [0x6b];
  readonly both: Instruction = [0x71];
  readonly either: Instruction = [0x72];
  readonly equal: Instruction = [0x46];
  readonly notEqual: Instruction = [0x47];
  readonly below: Instruction = [0x48];
  /** Without a sign. */
  readonly above: Instruction = [0x4b];
  readonly multiply: Instruction = [0x6c];
  readonly drop: Instruction = [0x1a];
  /** Takes two values and a condition, and leaves the first unless that is 0. */
  readonly select: Instruction = [0x1b];
  readonly integer = (value: number): Instruction => [0x41, ...signed(value)];
  readonly load = (offset: number): Instruction => [0x28, 2, ...unsigned(offset)];
  readonly loadByte: Instruction = [0x2d, 0, 0];
  readonly store = (offset: number): Instruction => [0x36, 2, ...unsigned(offset)];

  readonly long = (value: number): Instruction => [0x42, ...signed(value)];
  /** Of an integer without a sign. */
  readonly toLong: Instruction = [0xad];
  readonly addLongs: Instruction = [0x7c];
  readonly multiplyLongs: Instruction = [0x7e];

  readonly double = (value: number): Instruction => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
  readonly loadDouble = (offset: number): Instruction => [0x2b, 3, ...unsigned(offset)];
  readonly toDouble: Instruction = [0xb9];
  readonly multiplyDoubles: Instruction = [0xa2];
  readonly divideDoubles: Instruction = [0xa3];

  readonly float = (value: number): Instruction => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
  /** The nearest one to a 64-bit float. */
  readonly toFloat: Instruction = [0xb6];
  readonly negateFloat: Instruction = [0x8c];
  readonly areFloatsEqual: Instruction = [0x5b];
  readonly areFloatsDifferent: Instruction = [0x5c];
  readonly storeFloat: Instruction = [0x38, 2, 0];

  readonly loadVector = (offset: number): Instruction => vector(0x00, 4, ...unsigned(offset));
  /** 32 bits into each of the four lanes. */
  readonly loadEverywhere = (offset: number): Instruction => vector(0x09, 2, ...unsigned(offset));
  /** 64 bits into the lower half, and zeros above. */
  readonly loadHalf: Instruction = vector(0x5d, 0, 0);
  readonly storeVector: Instruction = vector(0x0b, 0, 0);
  readonly storeLane = (lane: number): Instruction => vector(0x5a, 2, 0, lane);
  /** Sixteen bytes. */
  readonly constant = (bytes: readonly number[]): Instruction => vector(0x0c, ...bytes);
  /** Byte k becomes the byte that byte k of the second vector numbers, or 0 where that is above 15. */
  readonly swizzle: Instruction = vector(0x0e);
  /** Signed 32-bit integers to floats. */
  readonly toFloats: Instruction = vector(0xfa);
  readonly addFloats: Instruction = vector(0xe4);
  readonly subtractFloats: Instruction = vector(0xe5);
  readonly multiplyFloats: Instruction = vector(0xe6);
  /** Bits of each of the four lanes, towards the higher ones. */
  readonly shiftUp = (bits: number): Instruction => [0x41, ...signed(bits), ...vector(0xab)];
  /** Zeros come in. */
  readonly shiftDown = (bits: number): Instruction => [0x41, ...signed(bits), ...vector(0xad)];
  readonly and: Instruction = vector(0x4e);
  readonly or: Instruction = vector(0x50);
  readonly addBytes: Instruction = vector(0x6e);
  /** 0 where the second byte is the larger one. */
  readonly subtractBytesToZero: Instruction = vector(0x73);
  /** All bits where the first byte, from 0 to 255, is below the second. */
  readonly bytesBelow: Instruction = vector(0x26);

  #index(local: string): readonly number[] {
    const index = this.#locals.indexOf(local);
    if (index < 0) throw new Error(`there is no local ${local}`);
    return unsigned(index);
  }
}

const integerType = 0x7f;
const longType = 0x7e;
const floatType = 0x7d;
const doubleType = 0x7c;
const vectorType = 0x7b;
const end: Instruction = [0x0b];
/** What the module imports: a memory, as `host.memory`. */
const host = [...named('host'), ...named('memory'), 0x02, 0x00, 0x00];

export function wasmModule({
  name,
  parameters,
  integers,
  vectors = [],
  longs = [],
  floats = [],
  doubles = [],
  body,
}: WasmFunction): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler([...parameters, ...integers, ...vectors, ...longs, ...floats, ...doubles]);
  const locals = list([
    [...unsigned(integers.length), integerType],
    [...unsigned(vectors.length), vectorType],
    [...unsigned(longs.length), longType],
    [...unsigned(floats.length), floatType],
    [...unsigned(doubles.length), doubleType],
  ]);
  const code = [...locals, ...body(assembler).flat(), ...end];
  const type = [0x60, ...list(parameters.map(() => [integerType])), ...list([])];
  const version = [0x01, 0x00, 0x00, 0x00];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...version,
    ...section(1, [type]),
    ...section(2, [host]),
    ...section(3, [[0]]),
    ...section(7, [[...named(name), 0x00, 0x00]]),
    ...section(10, [[...unsigned(code.length), ...code]]),
  ]);
}

function section(number: number, entries: readonly (readonly number[])[]): readonly number[] {
  const content = list(entries);
  return [number, ...unsigned(content.length), ...content];
}

function list(entries: readonly (readonly number[])[]): readonly number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function named(name: string): readonly number[] {
  return list(Array.from(name, (letter) => [letter.charCodeAt(0)]));
}

function vector(operation: number, ...operands: readonly number[]): Instruction {
  return [0xfd, ...unsigned(operation), ...operands];
}

/** LEB128. */
function unsigned(value: number): readonly number[] {
  const [low, rest] = [value & 0x7f, value >>> 7];
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

function signed(value: number): readonly number[] {
  const [low, rest] = [value & 0x7f, value >> 7];
  const isLast = rest === 0 ? (low & 0x40) === 0 : rest === -1 && (low & 0x40) !== 0;
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
