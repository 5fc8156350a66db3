/** Describes the `.proto` files to clients that ask by reflection, as a compiler would have described them. */
import type { PackageDefinition } from '@grpc/proto-loader';

import { absoluteMessage, absoluteMethod, typesIn } from './absolute-types.ts';
import { type FileDescriptor, fileCodec, isMessageOrEnum, loadedFiles } from './file-descriptors.ts';
import { outlineProtos, type ProtoOutline } from './proto-outline.ts';

const wellKnown: readonly ProtoOutline[] = [
  { file: 'google/protobuf/any.proto', package: 'google.protobuf', imports: [], names: ['Any'] },
  {
    file: 'google/protobuf/wrappers.proto',
    package: 'google.protobuf',
    imports: [],
    names: ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
      (kind) => `${kind}Value`,
    ),
  },
];

/**
 * The loader's own descriptors are one file a package, without imports, with relative type names and with map entries
 * under the names of their fields; clients that check what they are told refuse all of that.
 *
 * @param folder that of the `.proto` files that `definitions` were loaded from
 * @returns the same definitions with other files
 */
export function withReflectionFiles(definitions: PackageDefinition, folder: string): PackageDefinition {
  const codec = fileCodec();
  const packages = loadedFiles(definitions).map((bytes) => codec.deserialize(bytes));
  const types = new Set(packages.flatMap(typesIn));
  const files = [...wellKnown, ...outlineProtos(folder)]
    .map((outline) => fileOf(outline, packages, types))
    .map((file) => codec.serialize(file));
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      isMessageOrEnum(definition) ? { ...definition, fileDescriptorProtos: files } : definition,
    ]),
  );
}

function fileOf(
  outline: ProtoOutline,
  packages: readonly FileDescriptor[],
  types: ReadonlySet<string>,
): FileDescriptor {
  const whole = packages.find((file) => file.package === outline.package);
  const scope = `.${outline.package}`;
  const isHere = ({ name = '' }: { readonly name?: string }): boolean => outline.names.includes(name);
  return {
    name: outline.file,
    package: outline.package,
    syntax: 'proto3',
    dependency: outline.imports.map(({ file }) => file),
    publicDependency: outline.imports.flatMap(({ isPublic }, index) => (isPublic ? [index] : [])),
    messageType: (whole?.messageType ?? [])
      .filter(isHere)
      .map((message) => absoluteMessage(message, scope, types)),
    enumType: (whole?.enumType ?? []).filter(isHere),
    service: (whole?.service ?? []).filter(isHere).map((service) => ({
      ...service,
      method: (service.method ?? []).map((method) => absoluteMethod(method, scope, types)),
    })),
  };
}
