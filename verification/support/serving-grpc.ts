/** The gRPC services of the stand-in, over the messages as the wire has them. */
import { status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { grpcServices, messageType } from '../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type {
  GetModelMetadataRequestMessage,
  GetModelStatusRequestMessage,
  ModelSpecMessage,
  TensorProtoMessage,
} from '../../gateway/wire/tensorflow-serving/messages.ts';
import type { PredictRequestMessage } from './generated-predictions.ts';
import { classCount, servingModel, type ServedRow } from './serving-model.ts';
import { Refusal, type ServingState } from './serving-state.ts';

type Handle<Request> = (request: Request) => Promise<object>;

const datatypeNumbers = { DT_FLOAT: 1, DT_STRING: 7, DT_INT64: 9 };
const stateNumbers: Readonly<Record<string, number>> = {
  START: 10,
  LOADING: 20,
  AVAILABLE: 30,
  UNLOADING: 40,
  END: 50,
};

export const servingServices = (): readonly ReturnType<typeof grpcServices>['modelService'][] => {
  const { predictionService, modelService } = grpcServices();
  return [predictionService, modelService];
};

export function servingGrpc(state: ServingState): UntypedServiceImplementation {
  return {
    GetModelStatus: unary(async ({ model_spec: spec }: GetModelStatusRequestMessage) => {
      state.countStatusQuestion(spec?.name ?? '');
      return {
        model_version_status: state.versions.map((one) => ({
          version: String(one.version),
          state: stateNumbers[one.state] ?? 0,
          status: { error_code: 0, error_message: '' },
        })),
      };
    }),
    GetModelMetadata: unary(async ({ model_spec: spec }: GetModelMetadataRequestMessage) => {
      requireVersion(state, spec);
      return { model_spec: spec, metadata: { signature_def: packedSignatures(state) } };
    }),
    Predict: (call: ServerUnaryCall<PredictRequestMessage, object>, respond: sendUnaryData<object>) => {
      let isAnswered = false;
      const callback: sendUnaryData<object> = (...answer) => {
        isAnswered = true;
        respond(...answer);
      };
      // Emitted at the end of every call, whoever ended it.
      call.once('cancelled', () => {
        if (!isAnswered) state.countAbandoned();
      });
      if (state.misbehaveGrpc !== undefined) {
        state.misbehaveGrpc(callback);
        return;
      }
      unary(async (request: PredictRequestMessage) => {
        requireVersion(state, request.model_spec);
        const signature = request.model_spec?.signature_name ?? '';
        const rows = await state.answer({ protocol: 'grpc', signature, rows: rowsIn(request) });
        return { model_spec: request.model_spec, outputs: outputsOf(rows, request.output_filter ?? []) };
      })(call, callback);
    },
  };
}

function unary<Request>(
  handle: Handle<Request>,
): (call: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>) => void {
  return (call, callback) => {
    handle(call.request).then(
      (answer) => {
        callback(null, answer);
      },
      (error: unknown) => {
        const code = error instanceof Refusal ? status[error.code] : status.INTERNAL;
        callback({ code, details: error instanceof Error ? error.message : String(error) });
      },
    );
  };
}

function requireVersion(state: ServingState, spec: ModelSpecMessage | null | undefined): void {
  state.requireVersion(spec?.name ?? '', Number(spec?.version?.value ?? servingModel.version));
}

function rowsIn({ inputs = {} }: PredictRequestMessage): readonly Uint8Array[] {
  const [tensor] = Object.values(inputs);
  const strings = tensor?.string_val ?? [];
  const content = tensor?.tensor_content ?? new Uint8Array();
  if (content.length === 0) return strings;
  const count = Number(tensor?.tensor_shape?.dim?.[0]?.size ?? 1);
  const length = content.length / count;
  return Array.from({ length: count }, (_, row) => content.slice(row * length, (row + 1) * length));
}

/** In the typed fields, as TensorFlow Serving answers unless it is told otherwise. */
function outputsOf(
  rows: readonly ServedRow[],
  wanted: readonly string[],
): Record<string, TensorProtoMessage> {
  const outputs: Record<string, TensorProtoMessage> = {
    classes: {
      dtype: datatypeNumbers.DT_INT64,
      tensor_shape: { dim: [{ size: rows.length }] },
      int64_val: rows.map(({ classIndex }) => String(classIndex)),
    },
    scores: {
      dtype: datatypeNumbers.DT_FLOAT,
      tensor_shape: { dim: [{ size: rows.length }, { size: classCount }] },
      float_val: rows.flatMap(({ scores }) => scores),
    },
  };
  return Object.fromEntries(
    Object.entries(outputs).filter(([name]) => wanted.length === 0 || wanted.includes(name)),
  );
}

function packedSignatures(state: ServingState): object {
  const fields = (
    of: Readonly<Record<string, { dtype: keyof typeof datatypeNumbers; sizes: readonly number[] }>>,
    openRanks: readonly string[] = [],
  ) =>
    Object.fromEntries(
      Object.entries(of).map(([name, { dtype, sizes }]) => [
        name,
        {
          name: `${name}:0`,
          dtype: datatypeNumbers[dtype],
          tensor_shape: openRanks.includes(name)
            ? { unknown_rank: true }
            : { dim: sizes.map((size) => ({ size: String(size) })) },
        },
      ]),
    );
  const type = 'tensorflow.serving.SignatureDefMap';
  const signatures = state.shownSignatures().map(([name, { inputs, outputs }]) => [
    name,
    {
      inputs: fields(inputs),
      outputs: fields(outputs, state.openRanks),
      method_name: 'tensorflow/serving/predict',
    },
  ]);
  const map = { signature_def: Object.fromEntries(signatures) as object };
  return { type_url: `type.googleapis.com/${type}`, value: messageType(type).serialize(map) };
}
