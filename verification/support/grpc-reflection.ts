/** Asks a gRPC server by reflection which services it has, and health how they are, as grpcurl does. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { service as healthDefinition } from 'grpc-health-check';
import type { CalledMethod, GrpcCaller } from './grpc-caller.ts';

const { resolve } = createRequire(import.meta.url);
const reflectionPackage = path.resolve(path.dirname(resolve('@grpc/reflection')), '..');

const reflectionDefinition = loadSync(path.join('grpc', 'reflection', 'v1', 'reflection.proto'), {
  includeDirs: [path.join(reflectionPackage, 'proto')],
  keepCase: true,
  oneofs: true,
  defaults: true,
})['grpc.reflection.v1.ServerReflection'];

/** One question and its answer. */
export async function reflect(caller: GrpcCaller, question: object): Promise<unknown> {
  const method = methodOf(reflectionDefinition, 'ServerReflectionInfo');
  const stream = caller.client.makeBidiStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
  );
  return new Promise((resolveAnswer, reject) => {
    stream.once('data', (answer: unknown) => {
      stream.end();
      resolveAnswer(answer);
    });
    stream.once('error', reject);
    stream.write(question);
  });
}

export const healthCheck: CalledMethod<object, object> = methodOf(healthDefinition, 'Check');
export const healthWatch: CalledMethod<object, object> = methodOf(healthDefinition, 'Watch');

function methodOf(definition: unknown, name: string): CalledMethod<object, object> {
  const method: unknown =
    typeof definition === 'object' && definition !== null ? Reflect.get(definition, name) : {};
  if (isMethod(method)) return method;
  throw new Error(`there is no method ${name}`);
}

function isMethod(value: unknown): value is ServiceDefinition[string] {
  return typeof value === 'object' && value !== null && 'path' in value && 'requestSerialize' in value;
}
