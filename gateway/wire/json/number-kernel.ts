/** Reads numbers of JSON into 32-bit floats, of up to eighteen digits, as long as these tell which floats they are. */
import { wasmModule, type Assembler, type Instruction } from '../../web-assembly/wasm-module.ts';
import { webAssembly } from '../../web-assembly/web-assembly.ts';

/** Where the reading stopped. */
export interface Stop {
  /** Bytes of the text that have been read: whole numbers, each with the comma after it or the end of the text. */
  readonly bytes: number;
  readonly count: number;
}

/**
 * Reads from a place of a text as many numbers as it can, and no more than there is room for from an index of the
 * elements on. It stops at what is no number, at one that it cannot read exactly, and now and then without a reason.
 */
export type ReadNumbers = (text: Uint8Array, at: number, elements: Float32Array, index: number) => Stop;

/** Bytes that are read at a time: they and their numbers stay in the processor's cache. */
export const stepBytes = 16 * 1024;

/** Powers of ten that a number may be away from its digits as an integer: all that 32-bit floats in eight digits need. */
const mostScale = 63;
const mostDigits = 18;
const mostExponentDigits = 3;

/** How much a value may lie above and below what its digits and two roundings give, or JSON.parse. */
const margin = 1e-15;

/** Where things lie in the memory: where the reading stopped, powers of ten, the text, and the floats. */
const stoppedAt = 0;
const writtenTo = 4;
const powersAt = 8;
const textAt = 1024;
/** Behind the text lie a comma and a byte that ends every number. */
const floatsAt = textAt + stepBytes + 8;

const [comma, minus, plus, point, zero, letterE, lowerCase] = [0x2c, 0x2d, 0x2b, 0x2e, 0x30, 0x65, 0x20];
const space = 0x20;
const otherSpaces = [0x0a, 0x0d, 0x09];

/** Undefined where there is no WebAssembly. */
export function readerOfNumbers(): ReadNumbers | undefined {
  const code = wasmModule({
    name: 'read',
    parameters: ['at', 'to', 'count'],
    integers: ['start', 'byte', 'digit', 'isNegative', 'first', 'after', 'scale', 'exponent'],
    longs: ['digits'],
    floats: ['float'],
    doubles: ['value'],
    body,
  });
  if (webAssembly?.validate(code) !== true) return undefined;
  const memory = new webAssembly.Memory({ initial: 1, maximum: 1 });
  const { read } = new webAssembly.Instance(new webAssembly.Module(code), { host: { memory } }).exports;
  if (!isKernel(read)) throw new Error('the module exports no kernel');
  const [words, bytes] = [new Int32Array(memory.buffer), new Uint8Array(memory.buffer)];
  const floats = new Float32Array(memory.buffer);
  new Float64Array(memory.buffer, powersAt, mostScale + 1).forEach((_, power, powers) => {
    powers[power] = Number(`1e${power}`);
  });
  return (text, at, elements, index) => {
    const end = Math.min(at + stepBytes, text.length);
    bytes.set(text.subarray(at, end), textAt);
    // The last number ends like the others.
    bytes[textAt + end - at] = end === text.length ? comma : 0;
    bytes[textAt + end - at + 1] = 0;
    // A number takes two characters at least, so that there is room for the floats of all.
    read(textAt, floatsAt, elements.length - index);
    const [from, to] = [floatsAt / 4, (words[writtenTo / 4] ?? 0) / 4];
    elements.set(floats.subarray(from, to), index);
    return { bytes: (words[stoppedAt / 4] ?? 0) - textAt, count: to - from };
  };
}

/** The exports of a module have no types; this one is written and read in the same file. */
function isKernel(value: unknown): value is (at: number, to: number, count: number) => void {
  return typeof value === 'function';
}

/** What leaves the loop over numbers for the end of the block around it, and from within a condition in the loop. */
const [stop, stopFromWithin] = [1, 2];

function body(assembler: Assembler): readonly Instruction[] {
  const { get, set, raise, block, loop, integer, store } = assembler;
  return [
    ...[get('at'), set('start')],
    block([
      loop(
        [...sign(assembler), ...digits(assembler), ...float(assembler), ...endOfNumber(assembler)],
        [raise('count', -1)],
      ),
    ]),
    ...[integer(0), get('start'), store(stoppedAt)],
    ...[integer(0), get('to'), store(writtenTo)],
  ];
}

function sign(assembler: Assembler): readonly Instruction[] {
  const { get, set, tee, integer, equal, add } = assembler;
  return [
    ...skipSpaces(assembler),
    ...[get('byte'), integer(minus), equal, tee('isNegative'), get('at'), add, tee('at'), set('first')],
  ];
}

/** All of them as one integer, and the power of ten to multiply it by. */
function digits(assembler: Assembler): readonly Instruction[] {
  const { get, set, raise, when, leaveIf, integer, long, loadByte } = assembler;
  const { subtract, equal, above, both, either, toLong, addLongs, multiplyLongs } = assembler;
  const gather = eachDigit(assembler, [
    ...[get('digits'), long(10), multiplyLongs, get('digit'), toLong, addLongs, set('digits')],
  ]);
  return [
    ...[long(0), set('digits'), integer(0), set('scale')],
    gather,
    ...[get('at'), get('first'), equal, leaveIf(stop)],
    // No digit follows a zero at the beginning.
    ...[get('first'), loadByte, integer(zero), equal],
    ...[get('at'), get('first'), subtract, integer(1), above, both, leaveIf(stop)],
    ...[get('at'), loadByte, integer(point), equal],
    when([
      ...[raise('at', 1), set('after')],
      gather,
      ...[get('at'), get('after'), equal, leaveIf(stopFromWithin)],
      ...[get('after'), get('at'), subtract, set('scale')],
    ]),
    ...[get('at'), get('first'), subtract, integer(mostDigits), above, leaveIf(stop)],
    ...[get('at'), loadByte, integer(lowerCase), either, integer(letterE), equal],
    when(exponent(assembler)),
  ];
}

function exponent(assembler: Assembler): readonly Instruction[] {
  const { get, set, tee, raise, select, leaveIf, integer, loadByte } = assembler;
  const { add, subtract, multiply, equal, above, either } = assembler;
  return [
    ...[raise('at', 1), loadByte, tee('byte'), integer(minus), equal],
    ...[get('byte'), integer(plus), equal, either, get('at'), add, tee('at'), set('after')],
    ...[integer(0), set('exponent')],
    eachDigit(assembler, [get('exponent'), integer(10), multiply, get('digit'), add, set('exponent')]),
    ...[get('at'), get('after'), equal, leaveIf(stopFromWithin)],
    ...[get('at'), get('after'), subtract, integer(mostExponentDigits), above, leaveIf(stopFromWithin)],
    ...[get('scale'), get('exponent'), subtract, get('scale'), get('exponent'), add],
    ...[get('byte'), integer(minus), equal, select, set('scale')],
  ];
}

/** The only one that is near enough. */
function float(assembler: Assembler): readonly Instruction[] {
  const { get, set, tee, when, leaveIf, integer, add, subtract, multiply, below, above } = assembler;
  const { double, loadDouble, toDouble, multiplyDoubles, divideDoubles } = assembler;
  const { toFloat, areFloatsEqual, areFloatsDifferent } = assembler;
  const power = [integer(Float64Array.BYTES_PER_ELEMENT), multiply, loadDouble(powersAt)];
  return [
    ...[get('scale'), integer(mostScale), add, integer(2 * mostScale), above, leaveIf(stop)],
    ...[get('digits'), toDouble, set('value'), get('scale'), integer(0), below],
    when([
      ...[get('value'), integer(0), get('scale'), subtract, ...power, divideDoubles, set('value')],
      ...[integer(0), set('scale')],
    ]),
    ...[get('value'), get('scale'), ...power, multiplyDoubles, tee('value')],
    ...[double(1 - margin), multiplyDoubles, toFloat, tee('float')],
    ...[get('value'), double(1 + margin), multiplyDoubles, toFloat, areFloatsDifferent, leaveIf(stop)],
    ...[get('float'), assembler.float(Infinity), areFloatsEqual, leaveIf(stop)],
  ];
}

function endOfNumber(assembler: Assembler): readonly Instruction[] {
  const { get, set, raise, drop, leaveIf, integer, notEqual, select, negateFloat, storeFloat } = assembler;
  return [
    ...skipSpaces(assembler),
    ...[get('byte'), integer(comma), notEqual, leaveIf(stop)],
    ...[get('to'), get('float'), negateFloat, get('float'), get('isNegative'), select, storeFloat],
    ...[raise('to', Float32Array.BYTES_PER_ELEMENT), drop],
    ...[raise('at', 1), set('start')],
  ];
}

/** Leaves the first other byte in `byte`. */
function skipSpaces(assembler: Assembler): readonly Instruction[] {
  const { get, tee, set, raise, block, loop, when, leaveIf, integer, loadByte } = assembler;
  const { equal, either, below } = assembler;
  const isOneOf = otherSpaces.flatMap((other) => [get('byte'), integer(other), equal, either]);
  return [
    ...[get('at'), loadByte, tee('byte'), integer(space + 1), below],
    when([
      block([
        loop(
          [
            ...[get('byte'), integer(space), equal, ...isOneOf, integer(0), equal, leaveIf(1)],
            ...[raise('at', 1), loadByte, set('byte')],
          ],
          [integer(1)],
        ),
      ]),
    ]),
  ];
}

/** What is done for `digit`, until there is none. */
function eachDigit(assembler: Assembler, turn: readonly Instruction[]): Instruction {
  const { get, tee, raise, drop, block, loop, leaveIf, integer, loadByte, subtract, above } = assembler;
  return block([
    loop(
      [
        ...[get('at'), loadByte, integer(zero), subtract, tee('digit'), integer(9), above, leaveIf(1)],
        ...[...turn, raise('at', 1), drop],
      ],
      [integer(1)],
    ),
  ]);
}
