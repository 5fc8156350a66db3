/** The same tensor of numbers in every dialect that takes one, as its clients send it. */
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { grpcServices } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { call, lastFloats, post, rowsOfWidth, type AskedServer, type Outcome } from './asked-outcome.ts';

export interface TensorQuestion {
  readonly model: string;
  /** The newest when absent. */
  readonly version?: number;
  readonly input: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Sends whole numbers, and says so. */
  readonly isWhole?: boolean;
  readonly output: string;
}

export interface TensorDialect {
  readonly name: string;
  /** It writes values in lists of lists, which are the shape, without a datatype. */
  readonly isNested?: boolean;
  /** It asks for every output. */
  readonly isForAll?: boolean;
  readonly ask: (server: AskedServer, question: TensorQuestion) => Promise<Outcome>;
}

const versionPath = ({ version }: TensorQuestion): string =>
  version === undefined ? '' : `/versions/${version}`;
const inferUrl = ({ url }: AskedServer, question: TensorQuestion): string =>
  `${url}/v2/models/${question.model}${versionPath(question)}/infer`;
const predictUrl = ({ url }: AskedServer, question: TensorQuestion): string =>
  `${url}/v1/models/${question.model}${versionPath(question)}:predict`;

const described = ({ input, shape, isWhole = false }: TensorQuestion): object => ({
  name: input,
  datatype: isWhole ? 'INT32' : 'FP32',
  shape,
});

/** Little-endian. */
const bytesOf = ({ values, isWhole = false }: TensorQuestion): Buffer =>
  Buffer.from((isWhole ? Int32Array.from(values) : values).buffer);

/** @returns lists in lists, in which the last axis varies fastest */
export function nested(values: readonly unknown[], [, ...inner]: readonly number[]): readonly unknown[] {
  if (inner.length === 0) return values;
  const size = inner.reduce((product, one) => product * one, 1);
  return Array.from({ length: values.length / size }, (_, index) =>
    nested(values.slice(index * size, (index + 1) * size), inner),
  );
}

interface JsonAnswer {
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

function askAsJson(
  server: AskedServer,
  question: TensorQuestion,
  data: readonly unknown[],
): Promise<Outcome> {
  const body = JSON.stringify({
    inputs: [{ ...described(question), data }],
    outputs: [{ name: question.output }],
  });
  const headers = { 'Content-Type': 'application/json' };
  return post(inferUrl(server, question), { headers, body }, (answer) => {
    const { outputs } = JSON.parse(answer.toString()) as JsonAnswer;
    return rowsOfWidth(outputs[0]?.data ?? [], outputs[0]?.shape[0] ?? 0);
  });
}

interface InferAnswer {
  readonly outputs: readonly { readonly shape: readonly string[] }[];
  readonly raw_output_contents: readonly Buffer[];
}

function modelInfer(server: AskedServer, question: TensorQuestion, isRaw: boolean): Promise<Outcome> {
  const { model, version, values, isWhole = false, output } = question;
  const field = isWhole ? 'int_contents' : 'fp32_contents';
  const contents = isRaw ? {} : { contents: { [field]: [...values] } };
  const request = {
    model_name: model,
    model_version: version === undefined ? '' : String(version),
    inputs: [{ ...described(question), ...contents }],
    outputs: [{ name: output }],
    ...(isRaw ? { raw_input_contents: [bytesOf(question)] } : {}),
  };
  return call(server, [inferenceServices().inferenceService['ModelInfer'], request], (message) => {
    const { outputs, raw_output_contents: raw } = message as InferAnswer;
    const [bytes = Buffer.alloc(0)] = raw;
    return rowsOfWidth(lastFloats(bytes, bytes.length / 4), Number(outputs[0]?.shape[0]));
  });
}

interface PredictAnswer {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly tensor_shape: { readonly dim: readonly { readonly size: string }[] };
        readonly float_val: readonly number[];
      }
    >
  >;
}

function predict(server: AskedServer, question: TensorQuestion, isContent: boolean): Promise<Outcome> {
  const { model, version, input, shape, values, isWhole = false, output } = question;
  const field = isWhole ? 'int_val' : 'float_val';
  const elements = isContent ? { tensor_content: bytesOf(question) } : { [field]: [...values] };
  const request = {
    model_spec: { name: model, ...(version === undefined ? {} : { version: { value: version } }) },
    inputs: {
      [input]: {
        dtype: isWhole ? 3 : 1,
        tensor_shape: { dim: shape.map((size) => ({ size: String(size) })) },
        ...elements,
      },
    },
    output_filter: [output],
  };
  return call(server, [grpcServices().predictionService['Predict'], request], (message) => {
    const tensor = (message as PredictAnswer).outputs[output];
    return rowsOfWidth(tensor?.float_val ?? [], Number(tensor?.tensor_shape.dim[0]?.size));
  });
}

export const tensorDialects: readonly TensorDialect[] = [
  {
    name: 'Open Inference, JSON, flat',
    ask: (server, question) => askAsJson(server, question, [...question.values]),
  },
  {
    name: 'Open Inference, JSON, nested',
    isNested: true,
    ask: (server, question) => askAsJson(server, question, nested([...question.values], question.shape)),
  },
  {
    name: 'Open Inference, binary',
    ask: (server, question) => {
      const tensor = bytesOf(question);
      const input = { ...described(question), parameters: { binary_data_size: tensor.length } };
      const outputs = [{ name: question.output, parameters: { binary_data: true } }];
      const head = Buffer.from(JSON.stringify({ inputs: [input], outputs }));
      const headers = {
        'Content-Type': 'application/octet-stream',
        'Inference-Header-Content-Length': String(head.length),
      };
      const body = Buffer.concat([head, tensor]);
      return post(inferUrl(server, question), { headers, body }, (answer, answered) => {
        const length = Number(answered.get('Inference-Header-Content-Length'));
        const { outputs: given } = JSON.parse(answer.subarray(0, length).toString()) as JsonAnswer;
        return rowsOfWidth(lastFloats(answer, (answer.length - length) / 4), given[0]?.shape[0] ?? 0);
      });
    },
  },
  { name: 'Open Inference, gRPC, typed', ask: (server, question) => modelInfer(server, question, false) },
  { name: 'Open Inference, gRPC, raw', ask: (server, question) => modelInfer(server, question, true) },
  {
    name: 'TensorFlow Serving, rows',
    isNested: true,
    isForAll: true,
    ask: (server, question) => {
      const rows = nested([...question.values], question.shape);
      const instances = rows.map((row) => ({ [question.input]: row }));
      return post(predictUrl(server, question), { body: JSON.stringify({ instances }) }, (answer) => {
        type Answered = { readonly predictions: readonly (readonly number[])[] };
        return (JSON.parse(answer.toString()) as Answered).predictions;
      });
    },
  },
  {
    name: 'TensorFlow Serving, columns',
    isNested: true,
    isForAll: true,
    ask: (server, question) => {
      const inputs = { [question.input]: nested([...question.values], question.shape) };
      return post(predictUrl(server, question), { body: JSON.stringify({ inputs }) }, (answer) => {
        type Answered = { readonly outputs: readonly (readonly number[])[] };
        return (JSON.parse(answer.toString()) as Answered).outputs;
      });
    },
  },
  { name: 'TensorFlow Serving, gRPC, values', ask: (server, question) => predict(server, question, false) },
  { name: 'TensorFlow Serving, gRPC, content', ask: (server, question) => predict(server, question, true) },
];
