/** Writes tensors as nested JSON lists. */
import type { Tensor } from '../../domain/tensor.ts';
import { elementCount } from '../../domain/tensor.ts';
import { writeFloat32, writeJsonNumber } from '../json/json-text.ts';
import { areBig, numbersOf } from '../numeric-elements.ts';

/** How byte strings are written: as the text that they are, or as `{"b64": …}`. */
export type StringForm = 'text' | 'b64';

export function writeJsonTensor(tensor: Tensor, stringForm: StringForm): string {
  return nested(tensor, 0, stringForm)[0] ?? '[]';
}

/** One text for each row along the first axis, of a tensor that has one. */
export function writeJsonRows(tensor: Tensor, stringForm: StringForm): readonly string[] {
  return nested(tensor, 1, stringForm);
}

/** Joins elements to lists, lists to lists of lists and so on, until `axes` axes are left. */
function nested(tensor: Tensor, axes: number, stringForm: StringForm): readonly string[] {
  const { shape } = tensor;
  if (shape.length <= axes) return elementTexts(tensor, stringForm);
  let texts = innermostLists(tensor, stringForm);
  for (let axis = shape.length - 2; axis >= axes; axis -= 1) {
    texts = lists(texts, shape[axis] ?? 0, elementCount(shape.slice(0, axis)));
  }
  return texts;
}

function lists(texts: readonly string[], size: number, count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `[${texts.slice(index * size, (index + 1) * size).join(',')}]`,
  );
}

/** Elements whose texts are there at once: each takes several times the memory of what it becomes. */
const stepElements = 64 * 1024;

function innermostLists(tensor: Tensor, stringForm: StringForm): readonly string[] {
  const width = tensor.shape.at(-1) ?? 0;
  const count = elementCount(tensor.shape.slice(0, -1));
  if (width === 0 || width > stepElements) {
    return Array.from({ length: count }, (_, row) => longList(tensor, row * width, width, stringForm));
  }
  const texts: string[] = [];
  const stepRows = Math.floor(stepElements / width);
  for (let row = 0; row < count; row += stepRows) {
    const rows = Math.min(stepRows, count - row);
    const elements = elementTexts(slice(tensor, row * width, rows * width), stringForm);
    for (const list of lists(elements, width, rows)) texts.push(list);
  }
  return texts;
}

function longList(tensor: Tensor, from: number, length: number, stringForm: StringForm): string {
  const steps: string[] = [];
  for (let at = 0; at < length; at += stepElements) {
    const elements = slice(tensor, from + at, Math.min(stepElements, length - at));
    steps.push(elementTexts(elements, stringForm).join(','));
  }
  return `[${steps.join(',')}]`;
}

function slice(tensor: Tensor, from: number, length: number): Tensor {
  const [shape, to] = [[length], from + length];
  return tensor.datatype === 'string'
    ? { ...tensor, shape, elements: tensor.elements.slice(from, to) }
    : { ...tensor, shape, elements: tensor.elements.subarray(from, to) };
}

function elementTexts(tensor: Tensor, stringForm: StringForm): readonly string[] {
  if (tensor.datatype === 'string') {
    return tensor.elements.map(stringForm === 'b64' ? writeBytes : writeText);
  }
  const { datatype, elements } = tensor;
  if (areBig(elements)) return Array.from<bigint, string>(elements, String);
  if (datatype === 'bool') return Array.from(elements, (value) => (value === 0 ? 'false' : 'true'));
  if (datatype === 'float16' || datatype === 'bfloat16') return numbersOf(tensor).map(writeFloat32);
  if (datatype === 'float32') return Array.from(elements, writeFloat32);
  if (datatype === 'float64') return Array.from(elements, (value) => writeJsonNumber(value, datatype));
  return Array.from(elements, String);
}

export function writeBytes(bytes: Uint8Array): string {
  return `{"b64":"${viewOf(bytes).toString('base64')}"}`;
}

function writeText(bytes: Uint8Array): string {
  return JSON.stringify(viewOf(bytes).toString('utf8'));
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
