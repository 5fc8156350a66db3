/** What each allowed opcode does; an opcode that is not in this table is refused. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../wire/malformed-bytes.ts';
import { allowedClass } from './allowed-classes.ts';
import { storageNamedBy } from './persistent-storage.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import type { PickleStack } from './pickle-stack.ts';
import { AllowedClass, PickleDictionary, PickleList, PickleTuple } from './pickle-values.ts';
import type { PickleValue } from './pickle-values.ts';

type Step = (stack: PickleStack, bytes: PickleCursor) => void;

const newestProtocol = 5;

const pushing =
  (read: (bytes: PickleCursor) => PickleValue): Step =>
  (stack, bytes) => {
    stack.push(read(bytes));
  };

const ignoring =
  (read: (bytes: PickleCursor) => unknown): Step =>
  (_stack, bytes) => {
    read(bytes);
  };

const tupleOf =
  (length: number): Step =>
  (stack) => {
    const items = Array.from({ length }, () => stack.pop()).reverse();
    stack.push(new PickleTuple(items));
  };

/** By the opcodes' names. */
export const pickleSteps: ReadonlyMap<string, Step> = new Map<string, Step>([
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
  ['GLOBAL', pushing((bytes) => allowedClass(bytes.line(), bytes.line()))],
  [
    'STACK_GLOBAL',
    (stack) => {
      const name = stack.pop();
      stack.push(allowedClass(textual(stack.pop()), textual(name)));
    },
  ],
  [
    'REDUCE',
    (stack) => {
      const parameters = stack.pop();
      stack.push(called(stack.pop(), parameters));
    },
  ],
  ['BUILD', build],
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

function textual(value: PickleValue): string {
  if (typeof value === 'string') return value;
  throw new MalformedBytes('A class is named by something that is no text.');
}

function append(stack: PickleStack, items: readonly PickleValue[]): void {
  const list = stack.top();
  if (!(list instanceof PickleList)) throw new MalformedBytes('Something that is no list is appended to.');
  for (const item of items) list.items.push(item);
}

function setItems(stack: PickleStack, items: readonly PickleValue[]): void {
  const dictionary = stack.top();
  if (!(dictionary instanceof PickleDictionary) || items.length % 2 !== 0) {
    throw new MalformedBytes('Entries are set in something that is no dictionary, or a key has no value.');
  }
  for (let index = 0; index < items.length; index += 2) {
    dictionary.entries.set(items[index] ?? null, items[index + 1] ?? null);
  }
}

function called(callee: PickleValue, parameters: PickleValue): PickleValue {
  if (!(callee instanceof AllowedClass) || !(parameters instanceof PickleTuple)) {
    throw new MalformedBytes('Something that is no class is called.');
  }
  if (callee.call !== undefined) return callee.call(parameters.items);
  throw new UnsupportedModel(
    `${callee.name} is only allowed as the type of a storage; nothing was executed.`,
  );
}

/** A state dictionary carries `_metadata` as an attribute; it has no bearing on the weights. */
function build(stack: PickleStack): void {
  stack.pop();
  if (stack.top() instanceof PickleDictionary) return;
  throw new UnsupportedModel(
    'The opcode BUILD is only allowed on dictionaries in a checkpoint; nothing was executed.',
  );
}
