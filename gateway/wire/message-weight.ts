/** Tells what a message takes to be read, without reading it: a byte or two can become an object. */
import type { PackageDefinition } from '@grpc/proto-loader';
import { ServingError } from '../domain/errors.ts';
import { readProtobuf } from '../protobuf/protobuf-reader.ts';
import { isMessageOrEnum, type FieldDescriptor, type MessageDescriptor } from './file-descriptors.ts';

/** In units of what the generated reader takes for an integer of 64 bits, 0.7 µs. */
const costs = { field: 2, largeInteger: 1, smallInteger: 1 / 6 };
/** Together less than a second. */
const mostUnits = 1_000_000;
/**
 * A shorter message is never too heavy, since none costs more units than it has bytes: a field has at least two, its
 * number and its value or length, and so has no more than one unit for each; a packed integer has at least one.
 */
const weighedFromBytes = mostUnits + 1;

const integerCosts: ReadonlyMap<string | undefined, number> = new Map([
  ['TYPE_INT64', costs.largeInteger],
  ['TYPE_UINT64', costs.largeInteger],
  ['TYPE_SINT64', costs.largeInteger],
  ['TYPE_INT32', costs.smallInteger],
  ['TYPE_UINT32', costs.smallInteger],
  ['TYPE_SINT32', costs.smallInteger],
  ['TYPE_BOOL', costs.smallInteger],
  ['TYPE_ENUM', costs.smallInteger],
]);

/** What the bytes of a field hold, if more than themselves. */
type Content =
  | { readonly kind: 'message'; readonly fields: () => Contents }
  | { readonly kind: 'integers'; readonly cost: number };
type Contents = ReadonlyMap<number, Content>;

/**
 * @param type of the messages, as the loader has it
 * @returns throws ServingError `too-large` for bytes with more values than can be read at once, and MalformedBytes for
 * those of them that are no message; short ones are not looked at
 */
export function messageWeigher(
  type: MessageDescriptor,
  definitions: PackageDefinition,
): (bytes: Uint8Array) => void {
  const contents = contentsOf([type], definitions);
  return (bytes) => {
    if (bytes.byteLength >= weighedFromBytes) addWeight(bytes, contents(), 0);
  };
}

/** @returns the units until now */
function addWeight(bytes: Uint8Array, contents: Contents, before: number): number {
  let units = before;
  for (const field of readProtobuf(bytes)) {
    units += costs.field;
    const content = field.wireType === 'bytes' ? contents.get(field.number) : undefined;
    if (content?.kind === 'integers') units += content.cost * integersIn(field.bytes());
    if (units > mostUnits) throw tooHeavy();
    if (content?.kind === 'message') units = addWeight(field.bytes(), content.fields(), units);
  }
  return units;
}

/** Each ends with the first byte below 128. */
function integersIn(packed: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < packed.length; at += 1) if ((packed[at] ?? 0) < 0x80) count += 1;
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
  const cost = integerCosts.get(type);
  if (cost !== undefined) return { kind: 'integers', cost };
  if (type !== 'TYPE_MESSAGE') return undefined;
  for (const [index, { nestedType = [] }] of path.entries()) {
    const nested = nestedType.find(({ name }) => name === typeName);
    if (nested !== undefined) {
      return { kind: 'message', fields: contentsOf([nested, ...path.slice(index)], definitions) };
    }
  }
  const [, found] =
    Object.entries(definitions).find(([name]) => name === typeName || name.endsWith(`.${typeName}`)) ?? [];
  if (found === undefined || !isMessageOrEnum(found)) return undefined;
  return { kind: 'message', fields: contentsOf([found.type], definitions) };
}

function tooHeavy(): ServingError {
  return new ServingError(
    'too-large',
    'The message holds more values than can be read at once; send fewer rows, or tensors as raw bytes.',
  );
}
