/** Where the SavedModels lie that a `model-settings.json` leads to. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import type { InstalledVersion } from '../domain/model.ts';
import { versionsIn } from './folder-contents.ts';
import type { Weights } from './convert-command.ts';
import { isFile } from './is-file.ts';
import type { ModelSettings } from './model-settings.ts';
import { versionNumberOf } from './settings-version.ts';

/** What a file leads to: versions, or the reason why there are none. */
export interface SettingsPlace {
  readonly versions: readonly InstalledVersion[];
  /** What is wrong, for the operator; it may name paths. */
  readonly faults: readonly string[];
  /** What lies there instead. */
  readonly weights?: Weights | undefined;
  /** Where they were looked for; absent when the place itself is wrong. */
  readonly folder?: string | undefined;
}

export interface SettingsOrigin {
  /** Absolute path of the folder that holds the file. */
  readonly folder: string;
  readonly settings: ModelSettings;
  /** Absolute paths of all models folders. */
  readonly roots: readonly string[];
}

/** The safest form first. */
const weightsEndings = ['.safetensors', '.pth', '.pt', '.bin', '.ckpt'];
const graphFile = 'saved_model.pb';

/** @param name what the versions are called by */
export async function settingsPlace(name: string, origin: SettingsOrigin): Promise<SettingsPlace> {
  const target = targetOf(origin);
  if ('fault' in target) return { versions: [], faults: [target.fault] };
  const found = await stat(target.place).catch(() => undefined);
  if (found === undefined) {
    const fault = `parameters.uri leads to ${target.place}, where nothing can be read; correct it.`;
    return { versions: [], faults: [fault] };
  }
  const folder = found.isDirectory() ? target.place : path.dirname(target.place);
  const isLoose = await isFile(path.join(folder, graphFile));
  const { versions, faults } = isLoose
    ? { versions: [{ name, version: ownNumber(folder) ?? 1, folder }], faults: [] }
    : await versionsIn(name, folder);
  if (versions.length > 0) return { versions: named(versions, origin.settings), faults, folder };
  const weights = await weightsIn(folder, found.isDirectory() ? undefined : target.place);
  return { versions: [], faults, weights, folder };
}

/** Whether a folder belongs to a model that a file describes, so that no other is looked for in it. */
export function isClaimed(folder: string, origin: SettingsOrigin): boolean {
  const target = targetOf(origin);
  return 'place' in target && target.place !== origin.folder && isWithin(target.place, folder);
}

/** Whether a version folder is one of those that a file leads to. */
export function isTaken(version: string, origin: SettingsOrigin): boolean {
  const target = targetOf(origin);
  return 'place' in target && (isWithin(version, target.place) || isWithin(target.place, version));
}

/** A path is taken from the file on; it must not lead out of the models folders. */
function targetOf({ folder, settings, roots }: SettingsOrigin): { place: string } | { fault: string } {
  const { uri } = settings;
  if (uri === undefined) return { place: folder };
  // One letter before a colon is a drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(uri)) {
    const fault = `parameters.uri is the address ${uri}, and nothing is downloaded by itself; bring the files here and write their path.`;
    return { fault };
  }
  const place = path.resolve(folder, uri);
  if (roots.some((root) => isWithin(place, root))) return { place };
  return {
    fault: `parameters.uri leads to ${place}, outside of the models folders; move the files below one of them, or link them there.`,
  };
}

function isWithin(place: string, folder: string): boolean {
  const way = path.relative(folder, place);
  return way === '' || (way.split(path.sep)[0] !== '..' && !path.isAbsolute(way));
}

function ownNumber(folder: string): number | undefined {
  const name = path.basename(folder);
  return /^\d{1,15}$/.test(name) ? Number(name) : undefined;
}

/**
 * A file that names a version describes one: of several folders the one of that number, else the highest. One that names
 * none leaves the versions as they are.
 */
function named(
  versions: readonly InstalledVersion[],
  { version: text }: ModelSettings,
): readonly InstalledVersion[] {
  if (text === undefined) return versions;
  const wanted = versionNumberOf(text);
  const chosen = versions.find(({ version }) => version === wanted) ?? versions.at(-1);
  if (chosen === undefined) return [];
  const version = wanted ?? chosen.version;
  return [{ ...chosen, version, ...(String(version) === text ? {} : { label: text }) }];
}

/** @param named the file that is meant, when one is */
async function weightsIn(folder: string, named: string | undefined): Promise<Weights | undefined> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const candidates = named === undefined ? names : [path.basename(named)];
  const name = weightsEndings
    .map((ending) => candidates.find((one) => one.toLowerCase().endsWith(ending)))
    .find((one) => one !== undefined);
  if (name === undefined) return undefined;
  const labels = names.find((one) => one === 'config.json' || one === 'labels.txt');
  return {
    file: path.join(folder, name),
    ...(labels === undefined ? {} : { labels: path.join(folder, labels) }),
  };
}
