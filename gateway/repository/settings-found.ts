/** Finds the `model-settings.json` files of a models folder: in itself, in its folders, and in the folders of those. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { errorCode } from './file-system-words.ts';
import { isAbsence } from './folder-contents.ts';
import { parseModelSettings, settingsFile, type ModelSettings } from './model-settings.ts';
import { isModelName } from './relative-path.ts';
import type { SettingsOrigin } from './settings-place.ts';
import { readTextFile } from './read-text-file.ts';

export interface FoundSettings {
  /** The model's name: that of the file, else that of the folder, as MLServer has it. */
  readonly name: string;
  /** Absolute path of the folder that holds the file. */
  readonly folder: string;
  /** The folder that the model is described in: the one above, where that bears its name and this one is a version. */
  readonly home: string;
  /** Absent when the file is not right. */
  readonly origin: SettingsOrigin | undefined;
  readonly faults: readonly string[];
}

export interface UnnamedSettings {
  readonly folder: string;
  readonly fault: string;
}

export interface SettingsSurvey {
  readonly settings: readonly FoundSettings[];
  /** Files of which nobody can tell what their model is called. */
  readonly unnamed: readonly UnnamedSettings[];
}

/**
 * @param names what the models folder holds
 * @param roots absolute paths of all models folders
 */
export async function settingsIn(
  directory: string,
  names: readonly string[],
  roots: readonly string[],
): Promise<SettingsSurvey> {
  const settings: FoundSettings[] = [];
  const unnamed: UnnamedSettings[] = [];
  const look = async (folder: string, inside: readonly string[]): Promise<void> => {
    // What cannot be listed is no place of MLServer's; its faults are told where Fovea's own models are looked for.
    if (!inside.includes(settingsFile)) return;
    const found = await settingsAt(folder, roots);
    if (found === undefined) return;
    if (typeof found === 'string') unnamed.push({ folder, fault: found });
    else settings.push(found);
  };
  await look(directory, names);
  for (const name of names.filter(isVisible)) {
    const folder = path.join(directory, name);
    const inside = await entriesOf(folder);
    await look(folder, namesOf(inside));
    // A models folder may hold thousands of plain files.
    for (const inner of inside.filter((entry) => isVisible(entry.name) && !entry.isFile())) {
      const nested = path.join(folder, inner.name);
      await look(nested, namesOf(await entriesOf(nested)));
    }
  }
  return { settings, unnamed };
}

const entriesOf = (folder: string): Promise<readonly Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);

const namesOf = (entries: readonly Dirent[]): readonly string[] => entries.map(({ name }) => name);

const isVisible = (name: string): boolean => !name.startsWith('.');

/** A sentence when the model has no name that it could be asked for by. */
async function settingsAt(
  folder: string,
  roots: readonly string[],
): Promise<FoundSettings | string | undefined> {
  const read = await readSettings(path.join(folder, settingsFile));
  if (read === undefined) return undefined;
  const own = path.basename(folder);
  const name = ('settings' in read ? read.settings.name : read.name) ?? own;
  if (!isModelName(name)) {
    return `The folder ${folder} is not served; write a name into its ${settingsFile}, of letters, digits, ".", "_" and "-".`;
  }
  const above = path.dirname(folder);
  return {
    name,
    folder,
    home: path.basename(above) === name && !roots.includes(above) ? above : folder,
    origin: 'settings' in read ? { folder, settings: read.settings, roots } : undefined,
    faults: 'settings' in read ? [] : read.faults,
  };
}

type Read =
  | { readonly settings: ModelSettings }
  | { readonly name: string | undefined; readonly faults: readonly string[] };

/** `undefined` when there is no such file. */
async function readSettings(file: string): Promise<Read | undefined> {
  let json: string;
  try {
    json = await readTextFile(file);
  } catch (cause) {
    const code = errorCode(cause);
    if (isAbsence(code)) return undefined;
    return { name: undefined, faults: [`${settingsFile} cannot be read (${code}).`] };
  }
  const result = parseModelSettings(json);
  return result.ok ? { settings: result.settings } : { name: result.name, faults: result.faults };
}
