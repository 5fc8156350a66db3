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
  let texts: readonly string[] = elementTexts(tensor, stringForm);
  for (let axis = tensor.shape.length - 1; axis >= axes; axis -= 1) {
    const size = tensor.shape[axis] ?? 0;
    const lists = new Array<string>(elementCount(tensor.shape.slice(0, axis)));
    for (let index = 0; index < lists.length; index += 1) {
      lists[index] = `[${texts.slice(index * size, (index + 1) * size).join(',')}]`;
    }
    texts = lists;
  }
  return texts;
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
