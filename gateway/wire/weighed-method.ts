/** A method of a gRPC service that weighs its requests before it reads them. */
import type { MethodDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { messageWeigher, type MessageWeigher } from './message-weight.ts';

type Method = MethodDefinition<object, object>;

export interface WeighedMethod extends Method, MessageWeigher {}

/**
 * @param name of the method in its service
 * @returns what refuses requests that would hold the thread for seconds
 * @throws an error when the service has no such method
 */
export function weighedMethod(
  service: ServiceDefinition,
  name: string,
  definitions: PackageDefinition,
): WeighedMethod {
  const method = service[name];
  if (method === undefined) throw new Error(`the service has no method ${name}`);
  const weigher = messageWeigher(method.requestType.type, definitions);
  return {
    ...method,
    ...weigher,
    requestDeserialize: (bytes) => {
      weigher.requireBearable(bytes, 'generated');
      return method.requestDeserialize(bytes);
    },
  };
}
