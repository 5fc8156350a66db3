/** The same pictures in every dialect, as its clients send them. */
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { grpcServices } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { call, lastFloats, post, rowsOfWidth, type AskedServer, type Outcome } from './asked-outcome.ts';

export interface PicturesQuestion {
  readonly model: string;
  /** The newest when absent. */
  readonly version?: number;
  readonly pictures: readonly Buffer[];
}

export interface PictureDialect {
  readonly name: string;
  /** Asks the model `resnet` in its newest version only. */
  readonly isForResnet?: boolean;
  readonly ask: (server: AskedServer, question: PicturesQuestion) => Promise<Outcome>;
}

export const picturesInput = 'image_bytes';
export const scoresOutput = 'probabilities';
/** Classes of the model that is asked. */
export const classCount = 10;

const versionPath = ({ version }: PicturesQuestion): string =>
  version === undefined ? '' : `/versions/${version}`;
const base64 = ({ pictures }: PicturesQuestion): readonly string[] =>
  pictures.map((picture) => picture.toString('base64'));

function form(field: string, { pictures }: PicturesQuestion): FormData {
  const filled = new FormData();
  for (const picture of pictures) {
    filled.append(field, new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'picture.jpg');
  }
  return filled;
}

type Ranked = readonly Readonly<Record<string, number>>[];

const byClass = (ranked: Ranked, index: string, score: string): readonly number[] =>
  [...ranked].sort((one, other) => (one[index] ?? 0) - (other[index] ?? 0)).map((one) => one[score] ?? NaN);

/** One list for one picture, a list of lists for several. */
const lists = (found: Ranked | readonly Ranked[]): readonly Ranked[] =>
  (Array.isArray(found[0]) ? found : [found]) as readonly Ranked[];

const withLength = (picture: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(picture.length);
  return Buffer.concat([length, picture]);
};

const inferUrl = ({ url }: AskedServer, question: PicturesQuestion): string =>
  `${url}/v2/models/${question.model}${versionPath(question)}/infer`;

function inferMessage(question: PicturesQuestion, isRaw: boolean): object {
  const { model, version, pictures } = question;
  const contents = isRaw ? {} : { contents: { bytes_contents: pictures } };
  const raw = isRaw ? { raw_input_contents: [Buffer.concat(pictures.map(withLength))] } : {};
  return {
    model_name: model,
    model_version: version === undefined ? '' : String(version),
    inputs: [{ name: picturesInput, datatype: 'BYTES', shape: [pictures.length], ...contents }],
    outputs: [{ name: scoresOutput }],
    ...raw,
  };
}

function rowsOfInfer(message: object): readonly (readonly number[])[] {
  const { raw_output_contents: raw } = message as { readonly raw_output_contents: readonly Buffer[] };
  const [bytes = Buffer.alloc(0)] = raw;
  return rowsOfWidth(lastFloats(bytes, bytes.length / 4), bytes.length / 4 / classCount);
}

const modelInfer = (server: AskedServer, question: PicturesQuestion, isRaw: boolean): Promise<Outcome> =>
  call(
    server,
    [inferenceServices().inferenceService['ModelInfer'], inferMessage(question, isRaw)],
    rowsOfInfer,
  );

const predictUrl = ({ url }: AskedServer, question: PicturesQuestion): string =>
  `${url}/v1/models/${question.model}${versionPath(question)}:predict`;

export const pictureDialects: readonly PictureDialect[] = [
  {
    name: '/classify, a form',
    ask: ({ url }, question) =>
      post(
        `${url}/classify/${question.model}${versionPath(question)}?top=${classCount}`,
        { body: form('image', question) },
        (body) => {
          const { predictions } = JSON.parse(body.toString()) as {
            readonly predictions: Ranked | readonly Ranked[];
          };
          return lists(predictions).map((ranked) => byClass(ranked, 'class', 'probability'));
        },
      ),
  },
  {
    name: '/predict/top, a form',
    isForResnet: true,
    ask: ({ url }, question) =>
      post(`${url}/predict/top?k=${classCount}`, { body: form('file', question) }, (body) => {
        type Answered = { readonly predictions: Ranked };
        const answered = JSON.parse(body.toString()) as Answered | readonly Answered[];
        const all = 'predictions' in answered ? [answered] : answered;
        return all.map(({ predictions }) => byClass(predictions, 'class_id', 'confidence'));
      }),
  },
  {
    name: 'Open Inference, JSON',
    ask: (server, question) =>
      post(
        inferUrl(server, question),
        {
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({
            inputs: [
              {
                name: picturesInput,
                datatype: 'BYTES',
                shape: [question.pictures.length],
                data: base64(question),
              },
            ],
            outputs: [{ name: scoresOutput }],
          }),
        },
        (body) => {
          const { outputs } = JSON.parse(body.toString()) as {
            readonly outputs: readonly { readonly data: readonly number[] }[];
          };
          return rowsOfWidth(outputs[0]?.data ?? [], question.pictures.length);
        },
      ),
  },
  {
    name: 'Open Inference, binary',
    ask: (server, question) => {
      const tensor = Buffer.concat(question.pictures.map(withLength));
      const head = Buffer.from(
        JSON.stringify({
          inputs: [
            {
              name: picturesInput,
              datatype: 'BYTES',
              shape: [question.pictures.length],
              parameters: { binary_data_size: tensor.length },
            },
          ],
          outputs: [{ name: scoresOutput, parameters: { binary_data: true } }],
        }),
      );
      const headers = {
        'Content-Type': 'application/octet-stream',
        'Inference-Header-Content-Length': String(head.length),
      };
      const count = question.pictures.length;
      return post(inferUrl(server, question), { headers, body: Buffer.concat([head, tensor]) }, (body) =>
        rowsOfWidth(lastFloats(body, count * classCount), count),
      );
    },
  },
  { name: 'Open Inference, gRPC, typed', ask: (server, question) => modelInfer(server, question, false) },
  { name: 'Open Inference, gRPC, raw', ask: (server, question) => modelInfer(server, question, true) },
  {
    name: 'TensorFlow Serving, rows',
    ask: (server, question) =>
      post(
        predictUrl(server, question),
        { body: JSON.stringify({ instances: base64(question).map((b64) => ({ b64 })) }) },
        (body) => {
          type Row = { readonly [scoresOutput]: readonly number[] };
          const { predictions } = JSON.parse(body.toString()) as { readonly predictions: readonly Row[] };
          return predictions.map((row) => row[scoresOutput]);
        },
      ),
  },
  {
    name: 'TensorFlow Serving, columns',
    ask: (server, question) =>
      post(
        predictUrl(server, question),
        { body: JSON.stringify({ inputs: { [picturesInput]: base64(question).map((b64) => ({ b64 })) } }) },
        (body) => {
          type Columns = { readonly [scoresOutput]: readonly (readonly number[])[] };
          const { outputs } = JSON.parse(body.toString()) as { readonly outputs: Columns };
          return outputs[scoresOutput];
        },
      ),
  },
  {
    name: 'TensorFlow Serving, gRPC',
    ask: (server, { model, version, pictures }) => {
      const specification = version === undefined ? {} : { version: { value: version } };
      const tensor = {
        dtype: 7,
        tensor_shape: { dim: [{ size: String(pictures.length) }] },
        string_val: pictures,
      };
      const request = {
        model_spec: { name: model, ...specification },
        inputs: { [picturesInput]: tensor },
        output_filter: [scoresOutput],
      };
      return call(server, [grpcServices().predictionService['Predict'], request], (message) => {
        type Answered = {
          readonly outputs: { readonly [scoresOutput]: { readonly float_val: readonly number[] } };
        };
        const { outputs } = message as Answered;
        return rowsOfWidth(outputs[scoresOutput].float_val, pictures.length);
      });
    },
  },
];
