/** Tells what a message takes to be read, without reading it: a byte or two can become an object. */
import type { PackageDefinition } from '@grpc/proto-loader';
import { ServingError } from '../domain/errors.ts';
import { MalformedBytes } from '../protobuf/malformed-bytes.ts';
import { readProtobuf } from '../protobuf/protobuf-reader.ts';
import { isMessageOrEnum, type FieldDescriptor, type MessageDescriptor } from './file-descriptors.ts';

/** What weighing counts each value as, in units of what the generated reader takes for an integer of 64 bits, 0.7 µs. */
interface Scales {
  readonly field: number;
  readonly largeInteger: number;
  readonly smallInteger: number;
  readonly float: number;
  /** Where it stops. */
  readonly most: number;
}

/** Together less than a second. */
const mostUnits = 1_000_000;
/** The generated reader makes a list of numbers, our own a typed array, where floats stay what they were. */
export type Reader = 'generated' | 'own';

/** As many floats as there may be numbers in a JSON body are what the memory of a thread can hold as a list. */
const mostListedFloats = 24_000_000;
const bearable: Readonly<Record<Reader, Scales>> = {
  generated: {
    field: 2,
    largeInteger: 1,
    smallInteger: 1 / 6,
    float: mostUnits / mostListedFloats,
    most: mostUnits,
  },
  own: { field: 2, largeInteger: 1, smallInteger: 1 / 6, float: 0, most: mostUnits },
};

/**
 * A shorter message is never too heavy, since none costs more units than it has bytes: a field has at least two, its
 * number and its value or length, and so has no more than one unit for each; a packed integer has at least one.
 */
const weighedFromBytes = mostUnits + 1;

/** About ten milliseconds, with what is made of the values afterwards. */
const mostQuickUnits = 10_000;
const quick: Readonly<Record<Reader, Scales>> = {
  generated: { ...bearable.generated, float: 1 / 6, most: mostQuickUnits },
  own: { field: 1, largeInteger: 1 / 40, smallInteger: 1 / 40, float: 0, most: mostQuickUnits },
};

type IntegerSize = 'largeInteger' | 'smallInteger';

const integerSizes: ReadonlyMap<string | undefined, IntegerSize> = new Map([
  ['TYPE_INT64', 'largeInteger'],
  ['TYPE_UINT64', 'largeInteger'],
  ['TYPE_SINT64', 'largeInteger'],
  ['TYPE_INT32', 'smallInteger'],
  ['TYPE_UINT32', 'smallInteger'],
  ['TYPE_SINT32', 'smallInteger'],
  ['TYPE_BOOL', 'smallInteger'],
  ['TYPE_ENUM', 'smallInteger'],
]);

/** Bytes of a number that has always as many. */
const floatSizes: ReadonlyMap<string | undefined, number> = new Map([
  ['TYPE_FLOAT', 4],
  ['TYPE_DOUBLE', 8],
]);

/** What the bytes of a field hold, if more than themselves. */
type Content =
  | { readonly kind: 'message'; readonly fields: () => Contents }
  | { readonly kind: 'integers'; readonly integerSize: IntegerSize }
  | { readonly kind: 'floats'; readonly size: number };
type Contents = ReadonlyMap<number, Content>;

export interface MessageWeigher {
  /** Throws ServingError `too-large` for more values than can be read at once, and MalformedBytes for no message. */
  readonly requireBearable: (bytes: Uint8Array, reader: Reader) => void;
  /** Whether that reader would hold everybody up in the thread that answers them. */
  readonly takesLong: (bytes: Uint8Array, reader: Reader) => boolean;
}

/**
 * Short messages are not looked at.
 *
 * @param type of the messages, as the loader has it
 */
export function messageWeigher(type: MessageDescriptor, definitions: PackageDefinition): MessageWeigher {
  const contents = contentsOf([type], definitions);
  return {
    requireBearable: (bytes, reader) => {
      if (bytes.byteLength < weighedFromBytes) return;
      if (addWeight(bytes, contents(), { before: 0, scales: bearable[reader] }) > mostUnits) throw tooHeavy();
    },
    takesLong: (bytes, reader) => {
      if (bytes.byteLength <= mostQuickUnits) return false;
      try {
        return addWeight(bytes, contents(), { before: 0, scales: quick[reader] }) > mostQuickUnits;
      } catch (error) {
        // The generated reader takes some of what this one refuses, and goes on to what may be heavy.
        if (error instanceof MalformedBytes) return true;
        throw error;
      }
    },
  };
}

/** @returns the units until now, of everything or of what is more than enough already */
function addWeight(
  bytes: Uint8Array,
  contents: Contents,
  { before, scales }: { readonly before: number; readonly scales: Scales },
): number {
  let units = before;
  for (const field of readProtobuf(bytes)) {
    units += scales.field;
    const content = field.wireType === 'bytes' ? contents.get(field.number) : undefined;
    if (content?.kind === 'floats') units += (scales.float * field.bytes().byteLength) / content.size;
    if (content?.kind === 'integers') {
      const cost = scales[content.integerSize];
      units += cost * integersIn(field.bytes(), Math.ceil((scales.most - units) / cost) + 1);
    }
    if (content?.kind === 'message' && units <= scales.most) {
      units = addWeight(field.bytes(), content.fields(), { before: units, scales });
    }
    if (units > scales.most) return units;
  }
  return units;
}

/**
 * Each ends with the first byte below 128.
 *
 * @param most where counting stops
 */
function integersIn(packed: Uint8Array, most: number): number {
  let count = 0;
  for (let at = 0; at < packed.length && count < most; at += 1) if ((packed[at] ?? 0) < 0x80) count += 1;
  return count;
}

/** @param path of a message: itself, and the messages that it was declared in, innermost first */
function contentsOf(path: readonly MessageDescriptor[], definitions: PackageDefinition): () => Contents {
  let contents: Contents | undefined;
  return () =>
    (contents ??= new Map(
      (path[0]?.field ?? []).flatMap((field) => {
        const content = contentOf(field, path, definitions);
        return content === undefined ? [] : [[field.number ?? 0, content] as const];
      }),
    ));
}

function contentOf(
  { type, typeName = '' }: FieldDescriptor,
  path: readonly MessageDescriptor[],
  definitions: PackageDefinition,
): Content | undefined {
  const integerSize = integerSizes.get(type);
  if (integerSize !== undefined) return { kind: 'integers', integerSize };
  const size = floatSizes.get(type);
  if (size !== undefined) return { kind: 'floats', size };
  if (type !== 'TYPE_MESSAGE') return undefined;
  for (const [index, { nestedType = [] }] of path.entries()) {
    const nested = nestedType.find((one) => one.name === typeName && !isEntryWithin(one, path));
    if (nested !== undefined) {
      return { kind: 'message', fields: contentsOf([nested, ...path.slice(index)], definitions) };
    }
  }
  const [, found] =
    Object.entries(definitions).find(([name]) => name === typeName || name.endsWith(`.${typeName}`)) ?? [];
  if (found === undefined || !isMessageOrEnum(found)) return undefined;
  return { kind: 'message', fields: contentsOf([found.type], definitions) };
}

/** The loader calls an entry of a map as its field, which may be how the message within is called too. */
function isEntryWithin(nested: MessageDescriptor, [message]: readonly MessageDescriptor[]): boolean {
  return nested === message && nested.options?.mapEntry === true;
}

function tooHeavy(): ServingError {
  return new ServingError(
    'too-large',
    'The message holds more values than can be read at once; send fewer rows, or tensors as raw bytes.',
  );
}
