/** What MLServer's `settings.json` asks for, in the settings of Fovea. */
import path from 'node:path';
import { z } from 'zod';
import { readTextFile } from './read-text-file.ts';

const value = z.union([z.string(), z.number()]).nullish().catch(undefined);

const schema = z.looseObject({
  host: value,
  http_port: value,
  grpc_port: value,
  root_path: value,
  parallel_workers: value,
  metrics_port: value,
  server_name: value,
  load_models_at_startup: z.boolean().nullish().catch(undefined),
});

/** Other programs have a file of that name too, and some of them a host in it. */
const telling = [
  'http_port',
  'grpc_port',
  'root_path',
  'parallel_workers',
  'metrics_port',
  'server_name',
  'load_models_at_startup',
] as const;

const equivalents = [
  ['host', 'HOST'],
  ['http_port', 'IC_PORT'],
  ['grpc_port', 'GRPC_PORT'],
  ['root_path', 'ROOT_PATH'],
  ['parallel_workers', 'WORKERS'],
] as const;

/** A sentence when the folder holds such a file, which decides nothing here; `undefined` when it holds none. */
export async function serverSettingsNote(directory: string): Promise<string | undefined> {
  const json = await readTextFile(path.join(directory, 'settings.json')).catch(() => undefined);
  const asked = json === undefined ? undefined : parse(json);
  if (asked === undefined) return undefined;
  const same = equivalents.flatMap(([field, variable]) => {
    const wanted = asked[field];
    return wanted === undefined || wanted === null || wanted === '' ? [] : [`${variable}=${wanted}`];
  });
  const advice = same.length === 0 ? '' : ` To have the same here, set ${same.join(' ')}.`;
  return `The settings.json of MLServer in ${directory} is not used.${advice}`;
}

function parse(json: string): z.infer<typeof schema> | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(json));
    return parsed.success && telling.some((field) => parsed.data[field] !== undefined)
      ? parsed.data
      : undefined;
  } catch {
    return undefined;
  }
}
