/** Writes an answer to an inference for REST: JSON, and behind it the outputs that were asked for as bytes. */
import type { NumericTensor, Tensor } from '../../domain/tensor.ts';
import { writeJsonNumber } from '../json/json-text.ts';
import { areBig, numbersOf } from '../numeric-elements.ts';
import { datatypeName } from './datatypes.ts';
import type { InferOutput, InferResponse } from './infer-response.ts';
import { writeRawElements } from './raw-elements.ts';

export interface WrittenResponse {
  readonly body: Buffer;
  /** Bytes of JSON when more stands behind them; `undefined` when the JSON is all. */
  readonly headLength: number | undefined;
}

export function writeInferResponse({ modelName, modelVersion, id, outputs }: InferResponse): WrittenResponse {
  const parts = outputs.map(writeOutput);
  const head = Buffer.from(
    `{"model_name":${JSON.stringify(modelName)},"model_version":${JSON.stringify(modelVersion)},` +
      `"id":${JSON.stringify(id)},"parameters":{},"outputs":[${parts.map(({ text }) => text).join(',')}]}`,
  );
  const raw = parts.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  if (raw.length === 0) return { body: head, headLength: undefined };
  return { body: Buffer.concat([head, ...raw]), headLength: head.byteLength };
}

function writeOutput({ name, tensor, parameters, isBinary }: InferOutput): {
  readonly text: string;
  readonly bytes: Buffer | undefined;
} {
  const bytes = isBinary ? writeRawElements(tensor) : undefined;
  const told = Array.from(parameters, ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (bytes !== undefined) told.push(`"binary_data_size":${bytes.byteLength}`);
  const text =
    `{"name":${JSON.stringify(name)},"shape":[${tensor.shape.join(',')}],"datatype":"${datatypeName(tensor.datatype)}"` +
    (told.length === 0 ? '' : `,"parameters":{${told.join(',')}}`) +
    (bytes === undefined ? `,"data":[${elementTexts(tensor).join(',')}]}` : '}');
  return { text, bytes };
}

function elementTexts(tensor: Tensor): readonly string[] {
  if (tensor.datatype !== 'string') return numberTexts(tensor);
  return tensor.elements.map((bytes) =>
    JSON.stringify(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')),
  );
}

/** JSON has neither NaN nor infinity. */
function numberTexts(tensor: NumericTensor): readonly string[] {
  const { datatype, elements } = tensor;
  if (areBig(elements)) return Array.from<bigint, string>(elements, String);
  if (datatype === 'bool') return Array.from(elements, (value) => (value === 0 ? 'false' : 'true'));
  const values = datatype === 'float16' || datatype === 'bfloat16' ? numbersOf(tensor) : elements;
  return Array.from(values, (value) => (Number.isFinite(value) ? writeJsonNumber(value, datatype) : 'null'));
}
