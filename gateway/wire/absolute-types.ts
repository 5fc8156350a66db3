/** Rewrites messages of the loader with absolute type names, and map entries under the names that compilers give them. */
import type {
  FieldDescriptor,
  FileDescriptor,
  MessageDescriptor,
  MethodDescriptor,
} from './file-descriptors.ts';

/** The absolute names of all messages and enumerations in a file; map entries can be named by their field only. */
export function typesIn(file: FileDescriptor): readonly string[] {
  return namesBelow(`.${file.package ?? ''}`, file.messageType ?? [], file.enumType ?? []);
}

function namesBelow(
  scope: string,
  messages: readonly MessageDescriptor[],
  enums: NonNullable<MessageDescriptor['enumType']>,
): readonly string[] {
  return [
    ...enums.map(({ name = '' }) => `${scope}.${name}`),
    ...messages
      .filter((message) => message.options?.mapEntry !== true)
      .flatMap(({ name = '', nestedType = [], enumType = [] }) => [
        `${scope}.${name}`,
        ...namesBelow(`${scope}.${name}`, nestedType, enumType),
      ]),
  ];
}

/** @param types absolute names; those of the file itself when it needs no others */
export function absoluteFile(
  file: FileDescriptor,
  types: ReadonlySet<string> = new Set(typesIn(file)),
): FileDescriptor {
  const scope = `.${file.package ?? ''}`;
  const { messageType = [], service = [] } = file;
  return {
    ...file,
    messageType: messageType.map((message) => absoluteMessage(message, scope, types)),
    service: service.map((one) => ({
      ...one,
      method: (one.method ?? []).map((method) => absoluteMethod(method, scope, types)),
    })),
  };
}

/** @param scope the absolute name of what holds the message */
function absoluteMessage(
  message: MessageDescriptor,
  scope: string,
  types: ReadonlySet<string>,
): MessageDescriptor {
  const { name = '', field = [], nestedType = [], enumType = [], oneofDecl = [], options } = message;
  const path = `${scope}.${name}`;
  const entries = new Set(nestedType.filter(isEntry).map((entry) => entry.name));
  const entryNames = new Map(
    field
      .filter((one) => one.label === 'LABEL_REPEATED' && entries.has(loaderEntryName(one.name)))
      .map((one) => [loaderEntryName(one.name), compilerEntryName(one.name)]),
  );
  const fields = field.map((one): FieldDescriptor => {
    const entry = one.label === 'LABEL_REPEATED' ? entryNames.get(loaderEntryName(one.name)) : undefined;
    const typeName = entry === undefined ? absoluteName(one.typeName, path, types) : `${path}.${entry}`;
    // The loader keeps the oneof that stands for `optional` and forgets what it stands for.
    const isOptional =
      one.oneofIndex !== undefined && oneofDecl[one.oneofIndex]?.name === `_${one.name ?? ''}`;
    return { ...one, ...(typeName && { typeName }), ...(isOptional && { proto3Optional: true }) };
  });
  const nested = nestedType.map((one) => {
    const absolute = absoluteMessage(one, path, types);
    return isEntry(one)
      ? { ...absolute, name: entryNames.get(one.name ?? '') ?? absolute.name ?? '' }
      : absolute;
  });
  // The loader's reserved ranges end before they begin, so they are left out.
  return { name, field: fields, nestedType: nested, enumType, oneofDecl, ...(options && { options }) };
}

function absoluteMethod(
  method: MethodDescriptor,
  scope: string,
  types: ReadonlySet<string>,
): MethodDescriptor {
  return {
    ...method,
    inputType: absoluteName(method.inputType, scope, types) ?? '',
    outputType: absoluteName(method.outputType, scope, types) ?? '',
  };
}

const isEntry = (message: MessageDescriptor): boolean => message.options?.mapEntry === true;

/** As protobuf looks a name up: in the innermost scope first. */
function absoluteName(
  name: string | undefined,
  scope: string,
  types: ReadonlySet<string>,
): string | undefined {
  if (name === undefined || name === '' || name.startsWith('.')) return name;
  for (let outer = scope; outer !== ''; outer = outer.slice(0, outer.lastIndexOf('.'))) {
    if (types.has(`${outer}.${name}`)) return `${outer}.${name}`;
  }
  return `.${name}`;
}

const loaderEntryName = (field = ''): string => field.charAt(0).toUpperCase() + field.slice(1);

const compilerEntryName = (field = ''): string =>
  `${loaderEntryName(field.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()))}Entry`;
