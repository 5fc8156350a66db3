/** The floors of the house and which imports go up or sideways. */
import type { SourceFile } from './source-file.ts';

interface Room {
  readonly name: string;
  readonly floor: number;
  /** Folders (ending in a slash) and files that make up the room. */
  readonly places: readonly string[];
}

const rooms: readonly Room[] = [
  { name: 'main', floor: 8, places: ['gateway/main.ts'] },
  { name: 'cli', floor: 7, places: ['gateway/cli/'] },
  {
    name: 'composition root',
    floor: 6,
    places: [
      'gateway/server.ts',
      'gateway/front-ends.ts',
      'gateway/grpc-front-end.ts',
      'gateway/front-end-operations.ts',
      'gateway/models-in-service.ts',
      'gateway/model-sources/',
    ],
  },
  {
    name: 'configuration',
    floor: 5,
    places: [
      'gateway/configuration.ts',
      'gateway/configuration-text.ts',
      'gateway/settings.ts',
      'gateway/network-settings.ts',
      'gateway/port-clashes.ts',
    ],
  },
  { name: 'inference', floor: 3, places: ['gateway/inference/'] },
  { name: 'repository', floor: 3, places: ['gateway/repository/'] },
  { name: 'imaging', floor: 3, places: ['gateway/imaging/'] },
  { name: 'telemetry', floor: 3, places: ['gateway/telemetry/'] },
  { name: 'wire', floor: 2, places: ['gateway/wire/'] },
  { name: 'environment', floor: 1, places: ['gateway/environment.ts', 'gateway/flags.ts'] },
  { name: 'clock', floor: 1, places: ['gateway/clock.ts'] },
  { name: 'deadline', floor: 1, places: ['gateway/deadline.ts'] },
  { name: 'module names', floor: 1, places: ['gateway/sibling-module.ts'] },
  { name: 'spare memory', floor: 1, places: ['gateway/spare-buffers.ts'] },
  { name: 'threads', floor: 1, places: ['gateway/threads/'] },
  { name: 'protobuf', floor: 1, places: ['gateway/protobuf/'] },
  { name: 'http1', floor: 1, places: ['gateway/http1/'] },
  { name: 'http2', floor: 1, places: ['gateway/http2/'] },
  { name: 'web assembly', floor: 1, places: ['gateway/web-assembly/'] },
  { name: 'folders', floor: 1, places: ['gateway/make-folder.ts'] },
  { name: 'domain', floor: 0, places: ['gateway/domain/'] },
  { name: 'converter', floor: 2, places: ['converter/'] },
];

/** Folders that hold one room per subfolder, such as one per protocol. */
const nested: readonly { readonly folder: string; readonly floor: number }[] = [
  { folder: 'gateway/protocols/', floor: 5 },
  { folder: 'gateway/transports/', floor: 4 },
  { folder: 'gateway/engines/', floor: 4 },
  { folder: 'gateway/operations/', floor: 4 },
];

/** The compiler stands beside the floors: these two lists replace them for it. */
const onlyImportersOfConverter = ['engines/onnx', 'cli'];
const onlyImportsOfConverter = ['domain', 'protobuf'];

const reasons = {
  up: 'imports go down only, so that what lies below can be read, tested and replaced without what lies above',
  sideways: 'rooms of one floor do not know each other; what both need belongs one floor down',
  converter:
    'the converter is a program of its own: only the ONNX engine and the command line use it, and it knows only the domain and protobuf',
  domain: 'the domain knows nothing but itself, so that no framework can shape the words everybody uses',
  homeless: 'every file belongs to a room; add the new room to the table in verification/house/floors.ts',
};

/** One sentence for each import that breaks a floor, with the reason for the rule. */
export function floorViolations(sources: readonly SourceFile[]): readonly string[] {
  return sources
    .filter(({ path }) => path.startsWith('gateway/') || path.startsWith('converter/'))
    .flatMap((source) => {
      const from = roomOf(source.path);
      if (from === undefined) return [`${source.path} is in no room: ${reasons.homeless}.`];
      return source.imports.flatMap(({ specifier, file }) => {
        const reason = file === undefined ? reasonAgainstOutside(from) : reasonAgainst(from, roomOf(file));
        return reason === undefined ? [] : [`${source.path} imports ${specifier}: ${reason}.`];
      });
    });
}

/** For npm packages and Node.js modules; which package may be where, package-homes.ts says. */
function reasonAgainstOutside(from: Room): string | undefined {
  return from.name === 'domain' ? reasons.domain : undefined;
}

function reasonAgainst(from: Room, to: Room | undefined): string | undefined {
  if (to === undefined) return reasons.homeless;
  if (from.name === to.name) return undefined;
  if (from.name === 'converter')
    return onlyImportsOfConverter.includes(to.name) ? undefined : reasons.converter;
  if (to.name === 'converter')
    return onlyImportersOfConverter.includes(from.name) ? undefined : reasons.converter;
  if (from.name === 'domain') return reasons.domain;
  if (from.floor === to.floor) return reasons.sideways;
  return from.floor < to.floor ? reasons.up : undefined;
}

function roomOf(file: string): Room | undefined {
  const room = rooms.find(({ places }) =>
    places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place)),
  );
  if (room !== undefined) return room;
  const parent = nested.find(({ folder }) => file.startsWith(folder));
  if (parent === undefined) return undefined;
  const [first = ''] = file.slice(parent.folder.length).split('/');
  const group = parent.folder.slice('gateway/'.length);
  return {
    name: first.endsWith('.ts') ? group.slice(0, -1) : group + first,
    floor: parent.floor,
    places: [],
  };
}
