/** Puts one model together from the places that bear its name. */
import path from 'node:path';

import type { Labels } from '../domain/labels.ts';
import type { InstalledVersion } from '../domain/model.ts';
import { listingOf, manifestIn, versionsIn, type ManifestFound } from './folder-contents.ts';
import type { InstalledModel, Unreadable } from './installed-model.ts';
import type { ModelPlace } from './model-places.ts';
import { settingsFile, type ModelSettings } from './model-settings.ts';
import { readLabels } from './read-labels.ts';
import { settingsVersions, type SettingsVersions } from './settings-versions.ts';

/** The places that bear one model's name. */
export interface PlacesOfName {
  readonly name: string;
  /** In the order of the list. */
  readonly places: readonly ModelPlace[];
  /** Where a pull would put a model that only the package knows. */
  readonly target: string;
  readonly shipped: { readonly folder: string; readonly hasVersions: boolean } | undefined;
}

/** What the places have told so far. */
interface Gathered {
  described?: { folder: string; found: ManifestFound };
  installed?: { folder: string; versions: readonly InstalledVersion[] };
  unreadable?: Unreadable;
  settings?: SettingsVersions | undefined;
  readonly faults: string[];
}

/** @returns `undefined` when there is nothing in any place */
export async function assembleModel(places: PlacesOfName): Promise<InstalledModel | undefined> {
  const { name, shipped, target } = places;
  const gathered = await gather(places);
  const { described, installed, unreadable, settings, faults } = gathered;
  const isShipped = described !== undefined && described.folder === shipped?.folder;
  const ownFolder = installed?.folder === shipped?.folder ? undefined : installed?.folder;
  const isTold = faults.length > 0 || settings !== undefined;
  const folder = isShipped
    ? (ownFolder ?? target)
    : (described?.folder ?? installed?.folder ?? (isTold ? places.places[0]?.folder : undefined));
  if (folder === undefined) {
    return undefined;
  }
  const labels = await labelsOf(gathered, isShipped);
  return {
    name,
    folder,
    ...(isShipped ? { shippedFolder: described.folder } : {}),
    manifest: described?.found.manifest,
    labels: labels.labels,
    versions: installed?.versions ?? [],
    unreadable,
    ...settingsFacts(settings, installed !== undefined),
    faults: [...faults, ...labels.faults],
  };
}

async function gather({ name, places, shipped }: PlacesOfName): Promise<Gathered> {
  const gathered: Gathered = { faults: [] };
  const own = places.map((place) => ({ ...place, hasVersions: true }));
  for (const place of shipped === undefined ? own : [...own, { ...shipped, settings: [] }]) {
    const { folder, settings, hasVersions } = place;
    const isSearched = gathered.installed === undefined && hasVersions;
    const bySettings = settings.length > 0 ? await settingsVersions(name, folder, settings) : undefined;
    const listing = isSearched && bySettings === undefined ? await versionsIn(name, folder) : undefined;
    const present = listing ?? { versions: [], ...(await listingOf(folder)) };
    await describe(gathered, { folder, isReadable: present.isReadable });
    // The manifest may lie with the files that the settings lead to.
    if (bySettings?.place !== undefined)
      await describe(gathered, { folder: bySettings.place, isReadable: true });
    gathered.faults.push(...present.faults, ...(bySettings?.faults ?? []));
    gathered.settings ??= bySettings;
    gathered.faults.push(...(await hiddenFaults(gathered, name, place)));
    if (isSearched && !present.isReadable) gathered.unreadable = 'folder';
    const versions = (isSearched ? bySettings?.versions : undefined) ?? present.versions;
    if (versions.length > 0) gathered.installed = { folder, versions };
  }
  return gathered;
}

/** Two models of one name in one folder are a mistake, unlike those of two folders of the list. */
async function hiddenFaults(
  { installed, settings: found }: Gathered,
  name: string,
  { folder, settings }: ModelPlace,
): Promise<readonly string[]> {
  if (installed === undefined || found === undefined || settings.length > 0) return [];
  if (installed.folder === folder || path.dirname(installed.folder) !== path.dirname(folder)) return [];
  if ((await versionsIn(name, folder)).versions.length === 0) return [];
  return [
    `The folder ${folder} is not served: the ${settingsFile} of ${installed.folder} gives its name to another model; rename one of the two.`,
  ];
}

/** Takes the manifest of a folder, unless an earlier one has been found. */
async function describe(
  gathered: Gathered,
  { folder, isReadable }: { readonly folder: string; readonly isReadable: boolean },
): Promise<void> {
  if (gathered.described !== undefined) return;
  const found = await manifestIn(folder);
  if (!found.exists) return;
  gathered.described = { folder, found };
  // What keeps the folder from being read keeps the manifest too, and is told once.
  if (found.isReadable || isReadable) gathered.faults.push(...found.faults);
  if (!found.isReadable) gathered.unreadable ??= isReadable ? 'manifest' : 'folder';
}

/** Where labels lie is for the manifest to say, and beside what cannot be read they would fail for the same reason. */
async function labelsOf(
  { described, installed, unreadable, settings }: Gathered,
  isShipped: boolean,
): Promise<{ readonly labels: Labels | undefined; readonly faults: readonly string[] }> {
  if (unreadable !== undefined) return { labels: undefined, faults: [] };
  const places = {
    manifest: described?.found.manifest,
    manifestFolder: described?.folder,
    versionsFolder: installed?.folder,
    isShipped,
  };
  const found = await readLabels(places);
  const isThere = found.labels !== undefined || found.faults.length > 0;
  // Beside the settings or beside the files that they lead to.
  return isThere || settings?.place === undefined
    ? found
    : readLabels({ ...places, versionsFolder: settings.place });
}

/** Files that ask for what is not there matter as long as nothing else is there under the name. */
function settingsFacts(
  found: SettingsVersions | undefined,
  isInstalled: boolean,
): Pick<InstalledModel, 'settings' | 'refusal' | 'elsewhere'> {
  const settings: ModelSettings | undefined = found?.settings;
  const { refusal, isElsewhere, weights } = found ?? {};
  return {
    ...(settings === undefined ? {} : { settings }),
    ...(refusal === undefined || isInstalled ? {} : { refusal }),
    ...(isElsewhere === true && !isInstalled ? { elsewhere: { weights } } : {}),
  };
}
