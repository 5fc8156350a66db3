/** Finds and reads the class names of a model. */
import path from 'node:path';

import type { Labels } from '../domain/labels.ts';
import { errorCode } from './file-system-words.ts';
import type { Manifest } from './manifest.ts';
import { parseLabels } from './parse-labels.ts';
import { readTextFile } from './read-text-file.ts';

export interface LabelPlaces {
  readonly manifest: Manifest | undefined;
  readonly manifestFolder: string | undefined;
  readonly versionsFolder: string | undefined;
  /** Whether the manifest is the package's and not one that the operator put there. */
  readonly isShipped?: boolean;
}

export interface LabelsFound {
  readonly labels: Labels | undefined;
  readonly faults: readonly string[];
}

function faultsOf(labels: Labels, file: string, classes: number | undefined): string[] {
  if (labels.length === 0) {
    return [`${file} is empty; write one label a line.`];
  }
  return classes !== undefined && labels.length !== classes
    ? [
        `${file} has ${labels.length} labels where the manifest says ${classes} classes; correct one of the two.`,
      ]
    : [];
}

/**
 * The labels file that the manifest names, else `labels.txt` beside the versions; before a manifest that only the package
 * has, `labels.txt` beside the versions comes first.
 *
 * A wrong number of labels is a fault and the labels are left out: a name beside the wrong class is worse than none.
 */
export async function readLabels(places: LabelPlaces): Promise<LabelsFound> {
  const { manifest, manifestFolder, versionsFolder, isShipped } = places;
  const named =
    manifest?.labels !== undefined && manifestFolder !== undefined
      ? { folder: manifestFolder, file: manifest.labels.file, isOptional: false }
      : undefined;
  const folder = versionsFolder ?? manifestFolder;
  const beside = folder === undefined ? undefined : { folder, file: 'labels.txt', isOptional: true };
  for (const place of isShipped === true ? [beside, named] : [named ?? beside]) {
    const found = place === undefined ? undefined : await labelsAt(place, manifest?.classes);
    if (found !== undefined) {
      return found;
    }
  }
  return { labels: undefined, faults: [] };
}

interface LabelPlace {
  readonly folder: string;
  readonly file: string;
  readonly isOptional: boolean;
}

/** `undefined` when an optional file is not there. */
async function labelsAt(
  { folder, file, isOptional }: LabelPlace,
  classes: number | undefined,
): Promise<LabelsFound | undefined> {
  let text: string;
  try {
    text = await readTextFile(path.join(folder, file));
  } catch (cause) {
    const code = errorCode(cause);
    return code === 'ENOENT' && isOptional
      ? undefined
      : {
          labels: undefined,
          faults: [`The labels file ${file} cannot be read (${code}); put it in place.`],
        };
  }
  const labels = parseLabels(text);
  const faults = faultsOf(labels, file, classes);
  return { labels: faults.length === 0 ? labels : undefined, faults };
}
