/** Process that answers every inference over gRPC with the same message, as plainly as the library of the gateway can. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { toInferResponse } from '../../gateway/wire/open-inference/infer-messages.ts';
import { answerRequests } from './answer-requests.ts';
import { constantAnswer, constantModel } from './constant-model.ts';

const usualIdentifier = '00000000-0000-4000-8000-000000000000';

function open(): Promise<object> {
  const method = inferenceServices().inferenceService['ModelInfer'];
  const tensor = constantAnswer.get('classes');
  if (method === undefined || tensor === undefined) throw new Error('there is nothing to answer');
  const answer = toInferResponse({
    modelName: constantModel.name,
    modelVersion: String(constantModel.version),
    id: usualIdentifier,
    outputs: [{ name: 'classes', tensor, parameters: new Map(), isBinary: true }],
  });
  const server = new Server();
  server.register(
    method.path,
    (_call: unknown, send: (error: null, response: object) => void) => {
      send(null, answer);
    },
    method.responseSerialize,
    method.requestDeserialize,
    'unary',
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve({ port });
      else reject(error);
    });
  });
}

await answerRequests({ open });
