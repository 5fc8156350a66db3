/** A model's signatures as the packed message of `GetModelMetadata`. */
import type { OutputSpecification } from '../../domain/engine.ts';
import type { CallableSignature } from './callable-signature.ts';
import { datatypeNumber, datatypeNumbered } from './datatypes.ts';
import { messageType } from './grpc-services.ts';
import { readInteger64 } from '../integer64.ts';
import { MalformedAnswer } from './malformed-answer.ts';
import { callableSignatures } from './stated-signatures.ts';
import type { AnyMessage, SignatureDefMapMessage, TensorInfoMessage } from './messages.ts';

const packedType = 'tensorflow.serving.SignatureDefMap';

/** The value of `metadata.signature_def` in the answer. */
export function packSignatures(signatures: readonly CallableSignature[]): AnyMessage {
  const map: SignatureDefMapMessage = {
    signature_def: Object.fromEntries(
      signatures.map(({ name, inputs, outputs, methodName }) => [
        name,
        { inputs: toTensorInfos(inputs), outputs: toTensorInfos(outputs), method_name: methodName },
      ]),
    ),
  };
  return {
    type_url: `type.googleapis.com/${packedType}`,
    value: messageType<SignatureDefMapMessage>(packedType).serialize(map),
  };
}

function toTensorInfos(
  specifications: readonly OutputSpecification[],
): Readonly<Record<string, TensorInfoMessage>> {
  return Object.fromEntries(
    specifications.map(({ name, datatype, shape, tensorName = `${name}:0` }) => [
      name,
      {
        name: tensorName,
        dtype: datatypeNumber(datatype),
        tensor_shape:
          shape === undefined
            ? { unknown_rank: true }
            : { dim: shape.map((size) => ({ size: String(size ?? -1) })) },
      },
    ]),
  );
}

/** @throws MalformedAnswer */
export function unpackSignatures(packed: AnyMessage | undefined): readonly CallableSignature[] {
  if (packed?.value === undefined || packed.type_url?.endsWith(`/${packedType}`) !== true) {
    throw new MalformedAnswer('The answer holds no signatures.');
  }
  const definitions = Object.entries(read(packed.value).signature_def ?? {});
  return callableSignatures(
    definitions.map(([name, { inputs = {}, outputs = {}, method_name: methodName = '' }]) => ({
      name,
      methodName,
      inputs: fromTensorInfos(inputs),
      outputs: fromTensorInfos(outputs),
    })),
  );
}

function read(bytes: Uint8Array): SignatureDefMapMessage {
  try {
    return messageType<SignatureDefMapMessage>(packedType).deserialize(Buffer.from(bytes));
  } catch (error) {
    throw new MalformedAnswer('The signatures cannot be decoded.', { cause: error });
  }
}

function fromTensorInfos(
  infos: Readonly<Record<string, TensorInfoMessage>>,
): readonly (OutputSpecification | undefined)[] {
  return Object.entries(infos).map(([name, info]) => fromTensorInfo(name, info));
}

function fromTensorInfo(name: string, info: TensorInfoMessage): OutputSpecification | undefined {
  const datatype = datatypeNumbered(info.dtype ?? 0);
  if (datatype === undefined) return undefined;
  const { name: tensorName = '' } = info;
  const named = tensorName === '' ? {} : { tensorName };
  return { name, datatype, shape: fromShape(info.tensor_shape), ...named };
}

function fromShape(shape: TensorInfoMessage['tensor_shape']): OutputSpecification['shape'] {
  if (shape?.unknown_rank === true) return undefined;
  return (shape?.dim ?? []).map(({ size }) => {
    const number = readInteger64(size ?? '0');
    if (number === undefined) throw new MalformedAnswer('The size of an axis is too large.');
    return number < 0 ? null : number;
  });
}
