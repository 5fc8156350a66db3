/** The gRPC calls about models themselves: their signatures, their states, and which of them are served. */
import { ServingError } from '../../domain/errors.ts';
import type { CallContext } from '../../transports/grpc/grpc-method.ts';
import type {
  GetModelMetadataRequestMessage,
  GetModelMetadataResponseMessage,
  GetModelStatusRequestMessage,
  GetModelStatusResponseMessage,
  ReloadConfigRequestMessage,
  ReloadConfigResponseMessage,
} from '../../wire/tensorflow-serving/messages.ts';
import { fromModelServerConfig } from '../../wire/tensorflow-serving/model-config-proto.ts';
import { packSignatures } from '../../wire/tensorflow-serving/signature-proto.ts';
import { toModelStatusMessage } from '../../wire/tensorflow-serving/status-proto.ts';
import type { ModelServer } from './model-server.ts';
import { toSpecMessage, toSpecification } from './model-specification.ts';

/** The one field of metadata there is. */
const signatureField = 'signature_def';

export class ModelCalls {
  readonly #modelServer: ModelServer;

  constructor(modelServer: ModelServer) {
    this.#modelServer = modelServer;
  }

  readonly metadata = async (
    { model_spec: spec, metadata_field: fields = [] }: GetModelMetadataRequestMessage,
    { noteModel }: CallContext,
  ): Promise<GetModelMetadataResponseMessage> => {
    const specification = toSpecification(spec);
    requireFields(fields);
    const metadata = this.#modelServer.metadata(specification);
    noteModel(`${metadata.name}/${metadata.version}`);
    return {
      model_spec: toSpecMessage(metadata, ''),
      metadata: { [signatureField]: packSignatures(metadata.signatures) },
    };
  };

  readonly status = async ({
    model_spec: spec,
  }: GetModelStatusRequestMessage): Promise<GetModelStatusResponseMessage> =>
    toModelStatusMessage(this.#modelServer.status(toSpecification(spec)));

  readonly reload = async ({ config }: ReloadConfigRequestMessage): Promise<ReloadConfigResponseMessage> => {
    await this.#modelServer.reload(fromModelServerConfig(config));
    return { status: { error_code: 0, error_message: '' } };
  };
}

function requireFields(fields: readonly string[]): void {
  if (fields.length === 0) {
    throw new ServingError(
      'invalid-input',
      `GetModelMetadataRequest must specify at least one metadata_field: "${signatureField}".`,
    );
  }
  if (fields.some((field) => field !== signatureField)) {
    throw new ServingError('invalid-input', `The only metadata_field there is, is "${signatureField}".`);
  }
}
