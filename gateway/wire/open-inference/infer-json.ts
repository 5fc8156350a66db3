/** Parses the JSON of an inference, in which pictures as base64 or lists of numbers are most of the bytes. */
import { cutJson, type CutJson } from '../json/cut-json.ts';
import { isNumberText } from '../json/number-text.ts';
import { isJsonObject, member } from '../json/json-object.ts';
import { parseJsonText } from '../json/json-text.ts';

type Pieces = CutJson['pieces'];

/**
 * In the `data` of inputs, long texts of base64 are `EncodedText` and long lists of numbers are `NumberText`.
 *
 * @throws ServingError `invalid-input`
 */
export function parseInferJson(json: Buffer): unknown {
  const cut = cutJson(json);
  if (cut === undefined) return parseJsonText(json);
  const value = parsedRest(cut.rest);
  // What is long in other places, and faults with their places, are read from the JSON as it came.
  return putBack(value, cut.pieces) === cut.pieces.size ? value : parseJsonText(json);
}

function parsedRest(rest: Buffer): unknown {
  try {
    return parseJsonText(rest);
  } catch {
    return undefined;
  }
}

/** @returns how many pieces have found their places */
function putBack(request: unknown, pieces: Pieces): number {
  const inputs = member(request, 'inputs');
  if (!Array.isArray(inputs)) return 0;
  return inputs.reduce<number>((count, input: unknown) => {
    const data = member(input, 'data');
    if (Array.isArray(data)) return count + putIntoList(data, pieces);
    const piece = typeof data === 'string' ? pieces.get(data) : undefined;
    if (piece === undefined || !isJsonObject(input)) return count;
    Reflect.set(input, 'data', piece);
    return count + 1;
  }, 0);
}

/** A list of texts, or of lists of them when their shape has several axes. */
function putIntoList(list: unknown[], pieces: Pieces, isNested = false): number {
  let count = 0;
  for (const [index, element] of list.entries()) {
    const piece = typeof element === 'string' ? pieces.get(element) : undefined;
    if (piece !== undefined && !isNumberText(piece)) {
      list[index] = piece;
      count += 1;
    } else if (Array.isArray(element) && !isNested) count += putIntoList(element, pieces, true);
  }
  return count;
}
