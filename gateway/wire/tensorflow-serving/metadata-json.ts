/** A model's signatures, as JSON. */
import type { OutputSpecification } from '../../domain/engine.ts';
import type { CallableSignature } from './callable-signature.ts';
import { datatypeName, datatypeNamed } from './datatypes.ts';
import { readInteger64 } from '../integer64.ts';
import { isJsonObject, member } from '../json/json-object.ts';
import { parseJsonText } from '../json/json-text.ts';
import { MalformedAnswer, readingAnswer } from './malformed-answer.ts';
import { callableSignatures, type StatedSignature } from './stated-signatures.ts';

export interface ModelMetadata {
  readonly name: string;
  readonly version: number;
  readonly signatures: readonly CallableSignature[];
}

export function writeModelMetadata({ name, version, signatures }: ModelMetadata): object {
  return {
    model_spec: { name, signature_name: '', version: String(version) },
    metadata: {
      signature_def: {
        signature_def: Object.fromEntries(
          signatures.map((signature) => [
            signature.name,
            {
              inputs: writeTensors(signature.inputs),
              outputs: writeTensors(signature.outputs),
              method_name: signature.methodName,
              defaults: {},
            },
          ]),
        ),
      },
    },
  };
}

function writeTensors(specifications: readonly OutputSpecification[]): object {
  return Object.fromEntries(
    specifications.map(({ name, datatype, shape, tensorName = `${name}:0` }) => [
      name,
      {
        dtype: datatypeName(datatype),
        tensor_shape: {
          dim: (shape ?? []).map((size) => ({ size: String(size ?? -1), name: '' })),
          unknown_rank: shape === undefined,
        },
        name: tensorName,
      },
    ]),
  );
}

/** @throws MalformedAnswer */
export function readModelMetadata(text: string | Buffer): ModelMetadata {
  return readingAnswer(() => {
    const body = parseJsonText(text);
    const specification = member(body, 'model_spec');
    const name = member(specification, 'name');
    const version = readInteger64(member(specification, 'version'));
    const definitions = member(member(member(body, 'metadata'), 'signature_def'), 'signature_def');
    if (typeof name !== 'string' || version === undefined || !isJsonObject(definitions)) {
      throw new MalformedAnswer('The answer holds no model with a version and signatures.');
    }
    const stated = Object.entries(definitions).map(([key, value]) => readSignature(key, value));
    return { name, version, signatures: callableSignatures(stated) };
  });
}

function readSignature(name: string, definition: unknown): StatedSignature {
  const methodName = member(definition, 'method_name');
  return {
    name,
    methodName: typeof methodName === 'string' ? methodName : '',
    inputs: readTensors(member(definition, 'inputs')),
    outputs: readTensors(member(definition, 'outputs')),
  };
}

function readTensors(tensors: unknown): readonly (OutputSpecification | undefined)[] {
  return Object.entries(isJsonObject(tensors) ? tensors : {}).map(([name, value]) => readTensor(name, value));
}

function readTensor(name: string, value: unknown): OutputSpecification | undefined {
  const datatype = datatypeNamed(String(member(value, 'dtype')));
  if (datatype === undefined) return undefined;
  const tensorName = member(value, 'name');
  const named = typeof tensorName === 'string' && tensorName !== '' ? { tensorName } : {};
  return { name, datatype, shape: readShape(member(value, 'tensor_shape')), ...named };
}

function readShape(shape: unknown): OutputSpecification['shape'] {
  if (member(shape, 'unknown_rank') === true) return undefined;
  const axes = member(shape, 'dim') ?? [];
  if (!Array.isArray(axes)) throw new MalformedAnswer('The sizes of a tensor are no list.');
  return axes.map(readSize);
}

function readSize(axis: unknown): number | null {
  const size = readInteger64(member(axis, 'size') ?? '0');
  if (size === undefined) throw new MalformedAnswer('The size of an axis is no number.');
  return size < 0 ? null : size;
}
