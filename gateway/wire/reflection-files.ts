/** Describes the `.proto` files to clients that ask by reflection, as a compiler would have described them. */
import type { PackageDefinition } from '@grpc/proto-loader';

import { absoluteFile, typesIn } from './absolute-types.ts';
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
  const files = outlinesOf(packages, [...wellKnown, ...outlineProtos(folder)])
    .map((outline) => fileOf(outline, packages, types))
    .map((file) => codec.serialize(file));
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      isMessageOrEnum(definition) ? { ...definition, fileDescriptorProtos: files } : definition,
    ]),
  );
}

/** The same for somebody else's `.proto` file that imports nothing, as the loader describes it. */
export function asReflectionFile(bytes: Buffer): Buffer {
  const codec = fileCodec();
  return codec.serialize(absoluteFile(codec.deserialize(bytes)));
}

/** Those of the packages, and what they import: a file may declare nothing and hand on another. */
function outlinesOf(
  packages: readonly FileDescriptor[],
  outlines: readonly ProtoOutline[],
): readonly ProtoOutline[] {
  const isLoaded = (outline: ProtoOutline): boolean =>
    packages.some((file) => file.package === outline.package);
  const needed = new Set(outlines.filter(isLoaded));
  // What is added to a set while it is walked through is walked through too.
  for (const { imports } of needed) {
    for (const outline of outlines.filter(({ file }) => imports.some((one) => one.file === file))) {
      needed.add(outline);
    }
  }
  return outlines.filter((outline) => needed.has(outline));
}

function fileOf(
  outline: ProtoOutline,
  packages: readonly FileDescriptor[],
  types: ReadonlySet<string>,
): FileDescriptor {
  const whole = packages.find((file) => file.package === outline.package);
  const isHere = ({ name = '' }: { readonly name?: string }): boolean => outline.names.includes(name);
  const file = {
    name: outline.file,
    package: outline.package,
    syntax: 'proto3',
    dependency: outline.imports.map((imported) => imported.file),
    publicDependency: outline.imports.flatMap(({ isPublic }, index) => (isPublic ? [index] : [])),
    messageType: (whole?.messageType ?? []).filter(isHere),
    enumType: (whole?.enumType ?? []).filter(isHere),
    service: (whole?.service ?? []).filter(isHere),
  };
  return absoluteFile(file, types);
}
