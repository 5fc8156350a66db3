/** What each allowed opcode does; an opcode that is not in this table is refused. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { classSteps } from './class-steps.ts';
import { storageNamedBy } from './persistent-storage.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import type { PickleStack } from './pickle-stack.ts';
import type { PickleStep } from './pickle-step.ts';
import { OpaqueValue, PickleDictionary, PickleList, PickleTuple } from './pickle-values.ts';
import type { PickleValue } from './pickle-values.ts';

const newestProtocol = 5;
const someSet = new OpaqueValue('builtins.set');

const pushing =
  (read: (bytes: PickleCursor) => PickleValue): PickleStep =>
  (stack, bytes) => {
    stack.push(read(bytes));
  };

const ignoring =
  (read: (bytes: PickleCursor) => unknown): PickleStep =>
  (_stack, bytes) => {
    read(bytes);
  };

const tupleOf =
  (length: number): PickleStep =>
  (stack) => {
    const items = Array.from({ length }, () => stack.pop()).reverse();
    stack.push(new PickleTuple(items));
  };

/** By the opcodes' names. */
export const pickleSteps: ReadonlyMap<string, PickleStep> = new Map<string, PickleStep>([
  ['PROTO', ignoring(checkProtocol)],
  ['FRAME', ignoring((bytes) => bytes.uint64())],
  ['NONE', pushing(() => null)],
  ['NEWTRUE', pushing(() => true)],
  ['NEWFALSE', pushing(() => false)],
  ['INT', pushing((bytes) => decimal(bytes.line()))],
  ['LONG', pushing((bytes) => decimal(bytes.line().replace(/L$/, '')))],
  ['BININT', pushing((bytes) => bytes.int32())],
  ['BININT1', pushing((bytes) => bytes.uint8())],
  ['BININT2', pushing((bytes) => bytes.uint16())],
  ['LONG1', pushing((bytes) => bytes.long(bytes.uint8()))],
  ['BINFLOAT', pushing((bytes) => bytes.float64())],
  ['BINUNICODE', pushing((bytes) => bytes.text(bytes.uint32()))],
  ['SHORT_BINUNICODE', pushing((bytes) => bytes.text(bytes.uint8()))],
  ['BINUNICODE8', pushing((bytes) => bytes.text(bytes.uint64()))],
  // Python 2 keeps texts as bytes, and bytes of Python 3 are of no use in weights: both are held as texts.
  ['BINSTRING', pushing((bytes) => bytes.text(bytes.uint32()))],
  ['SHORT_BINSTRING', pushing((bytes) => bytes.text(bytes.uint8()))],
  ['BINBYTES', pushing((bytes) => bytes.text(bytes.uint32()))],
  ['SHORT_BINBYTES', pushing((bytes) => bytes.text(bytes.uint8()))],
  ['BINBYTES8', pushing((bytes) => bytes.text(bytes.uint64()))],
  ['BYTEARRAY8', pushing((bytes) => bytes.text(bytes.uint64()))],
  ['EMPTY_TUPLE', tupleOf(0)],
  ['TUPLE1', tupleOf(1)],
  ['TUPLE2', tupleOf(2)],
  ['TUPLE3', tupleOf(3)],
  [
    'TUPLE',
    (stack) => {
      stack.push(new PickleTuple(stack.popToMark()));
    },
  ],
  ['EMPTY_LIST', pushing(() => new PickleList())],
  [
    'LIST',
    (stack) => {
      stack.push(new PickleList(stack.popToMark()));
    },
  ],
  [
    'APPEND',
    (stack) => {
      append(stack, [stack.pop()]);
    },
  ],
  [
    'APPENDS',
    (stack) => {
      append(stack, stack.popToMark());
    },
  ],
  ['EMPTY_DICT', pushing(() => new PickleDictionary())],
  [
    'DICT',
    (stack) => {
      const items = stack.popToMark();
      stack.push(new PickleDictionary());
      setItems(stack, items);
    },
  ],
  [
    'SETITEM',
    (stack) => {
      const value = stack.pop();
      setItems(stack, [stack.pop(), value]);
    },
  ],
  [
    'SETITEMS',
    (stack) => {
      setItems(stack, stack.popToMark());
    },
  ],
  ['EMPTY_SET', pushing(() => someSet)],
  [
    'ADDITEMS',
    (stack) => {
      stack.popToMark();
      if (stack.top() !== someSet) throw new MalformedBytes('Something that is no set is added to.');
    },
  ],
  [
    'FROZENSET',
    (stack) => {
      stack.popToMark();
      stack.push(someSet);
    },
  ],
  [
    'MARK',
    (stack) => {
      stack.mark();
    },
  ],
  [
    'POP',
    (stack) => {
      stack.discard();
    },
  ],
  [
    'POP_MARK',
    (stack) => {
      stack.popToMark();
    },
  ],
  [
    'BINPUT',
    (stack, bytes) => {
      stack.memoize(bytes.uint8());
    },
  ],
  [
    'LONG_BINPUT',
    (stack, bytes) => {
      stack.memoize(bytes.uint32());
    },
  ],
  [
    'MEMOIZE',
    (stack) => {
      stack.memoize();
    },
  ],
  [
    'BINGET',
    (stack, bytes) => {
      stack.recall(bytes.uint8());
    },
  ],
  [
    'LONG_BINGET',
    (stack, bytes) => {
      stack.recall(bytes.uint32());
    },
  ],
  ...classSteps,
  [
    'BINPERSID',
    (stack) => {
      stack.push(stack.known(storageNamedBy(stack.pop())));
    },
  ],
]);

function checkProtocol(bytes: PickleCursor): void {
  const protocol = bytes.uint8();
  if (protocol > newestProtocol) throw new MalformedBytes(`Pickle protocol ${protocol} does not exist.`);
}

/** Protocol 1 writes truth values as the numbers 00 and 01. */
function decimal(line: string): PickleValue {
  if (line === '00') return false;
  if (line === '01') return true;
  // Turning digits into a number takes time that grows faster than their count.
  if (!/^-?\d{1,80}$/.test(line)) throw new MalformedBytes('A number is not written in digits.');
  const value = BigInt(line);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function append(stack: PickleStack, items: readonly PickleValue[]): void {
  const list = stack.top();
  if (list instanceof OpaqueValue) return;
  if (!(list instanceof PickleList)) throw new MalformedBytes('Something that is no list is appended to.');
  for (const item of items) list.items.push(item);
}

function setItems(stack: PickleStack, items: readonly PickleValue[]): void {
  const dictionary = stack.top();
  if (dictionary instanceof OpaqueValue && items.length % 2 === 0) return;
  if (!(dictionary instanceof PickleDictionary) || items.length % 2 !== 0) {
    throw new MalformedBytes('Entries are set in something that is no dictionary, or a key has no value.');
  }
  for (let index = 0; index < items.length; index += 2) {
    dictionary.entries.set(items[index] ?? null, items[index + 1] ?? null);
  }
}
