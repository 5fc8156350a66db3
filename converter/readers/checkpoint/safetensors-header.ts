/** Checks the header of a safetensors file: shapes, datatypes and places that fit each other and the file. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { sizeOf } from './contiguous-bytes.ts';
import { storedForm } from './storage-datatypes.ts';
import type { StoredDatatype } from './storage-datatypes.ts';

export interface SafetensorsEntry {
  readonly datatype: StoredDatatype;
  readonly shape: readonly number[];
  /** First byte, counted from the end of the header, and the byte behind the last. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

const metadataKey = '__metadata__';
const mostAxes = 64;

const datatypes: ReadonlyMap<unknown, StoredDatatype> = new Map([
  ['BOOL', 'bool'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['I16', 'int16'],
  ['I32', 'int32'],
  ['I64', 'int64'],
  ['BF16', 'bfloat16'],
  ['F16', 'float16'],
  ['F32', 'float32'],
  ['F64', 'float64'],
]);

type Fields = ReadonlyMap<string, unknown>;

/** @param available bytes behind the header. */
export function readSafetensorsHeader(text: string, available: number): SafetensorsHeader {
  const header = fieldsOf(parse(text), 'Its header');
  const metadata = new Map<string, string>();
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of header) {
    if (name === metadataKey) {
      for (const [key, fact] of fieldsOf(value, 'Its metadata')) metadata.set(key, String(fact));
    } else {
      entries.set(name, readEntry(name, fieldsOf(value, `Tensor ${name}`), available));
    }
  }
  checkApart(entries);
  return { entries, metadata };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedBytes(
      `Its header is not JSON (${cause instanceof Error ? cause.name : 'no reason given'}).`,
    );
  }
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedBytes(`${what} is not a JSON object.`);
  }
  return new Map<string, unknown>(Object.entries(value));
}

function readEntry(name: string, fields: Fields, available: number): SafetensorsEntry {
  const datatype = datatypes.get(fields.get('dtype'));
  if (datatype === undefined) {
    throw new UnsupportedModel(
      `Tensor ${name} has the datatype ${JSON.stringify(fields.get('dtype'))}, which cannot be read; ` +
        'save the weights as F32, F16 or BF16.',
    );
  }
  const shape = wholeNumbers(name, fields.get('shape'));
  const [begin, end, ...others] = wholeNumbers(name, fields.get('data_offsets'));
  if (begin === undefined || end === undefined || others.length > 0 || begin > end || end > available) {
    throw new MalformedBytes(`Tensor ${name} does not lie inside of the file.`);
  }
  const needed = sizeOf(shape) * storedForm(datatype).bytes;
  if (needed !== end - begin) {
    throw new MalformedBytes(
      `Tensor ${name} of shape [${shape.join(', ')}] needs ${needed} bytes where ${end - begin} are stored.`,
    );
  }
  return { datatype, shape, begin, end };
}

function wholeNumbers(name: string, value: unknown): readonly number[] {
  const numbers: unknown[] = Array.isArray(value) && value.length <= mostAxes ? value : [undefined];
  return numbers.map((number) => {
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
    throw new MalformedBytes(`Tensor ${name} has no list of whole numbers as its shape or place.`);
  });
}

/** Tensors that share bytes are how a small file asks for much memory. */
function checkApart(entries: ReadonlyMap<string, SafetensorsEntry>): void {
  const placed = [...entries].filter(([, { begin, end }]) => begin < end);
  let last = 0;
  for (const [name, { begin, end }] of placed.sort(([, one], [, other]) => one.begin - other.begin)) {
    if (begin < last) throw new MalformedBytes(`Tensor ${name} shares bytes with another.`);
    last = end;
  }
}
