/** Loads gRPC services from our `.proto` files, with the options that all of them share. */
import { loadSync, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { isMessageOrEnum } from './file-descriptors.ts';
import { protoFolder } from './proto-folder.ts';

/**
 * @param files relative to the folder of the `.proto` files, with slashes
 * @returns everything in them and in what they import; 64-bit integers are read as decimal texts
 */
export function loadProtos(files: string[]): PackageDefinition {
  return loadSync(files, {
    includeDirs: [protoFolder()],
    keepCase: true,
    longs: String,
    defaults: true,
    oneofs: true,
    arrays: true,
    objects: true,
  });
}

/** @param name with its package, such as `tensorflow.serving.PredictionService` */
export function serviceIn(definitions: PackageDefinition, name: string): ServiceDefinition {
  const definition = definitions[name];
  if (definition !== undefined && !isMessageOrEnum(definition)) return definition;
  throw new Error(`The service ${name} is missing from the .proto files.`);
}
