/** Finds and reads the class names of a model. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Labels } from '../domain/labels.ts';
import { errorCode } from './file-system-words.ts';
import type { Manifest } from './manifest.ts';

export interface LabelPlaces {
  readonly manifest: Manifest | undefined;
  readonly manifestFolder: string | undefined;
  readonly versionsFolder: string | undefined;
}

export interface LabelsFound {
  readonly labels: Labels | undefined;
  readonly faults: readonly string[];
}

/** One label a line; the line end after the last label is not a label of its own. */
function parseLabels(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines.map((line) => line.trim());
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
 * The labels file that the manifest names, else `labels.txt` beside the versions.
 *
 * A wrong number of labels is a fault and the labels are left out: a name beside the wrong class is worse than none.
 */
export async function readLabels(places: LabelPlaces): Promise<LabelsFound> {
  const { manifest, manifestFolder, versionsFolder } = places;
  const named =
    manifest?.labels !== undefined && manifestFolder !== undefined
      ? { folder: manifestFolder, file: manifest.labels.file }
      : undefined;
  const folder = versionsFolder ?? manifestFolder;
  const place = named ?? (folder === undefined ? undefined : { folder, file: 'labels.txt' });
  if (place === undefined) {
    return { labels: undefined, faults: [] };
  }
  let text: string;
  try {
    text = await readFile(path.join(place.folder, place.file), 'utf8');
  } catch (cause) {
    const code = errorCode(cause);
    return code === 'ENOENT' && named === undefined
      ? { labels: undefined, faults: [] }
      : {
          labels: undefined,
          faults: [`The labels file ${place.file} cannot be read (${code}); put it in place.`],
        };
  }
  const labels = parseLabels(text);
  const faults = faultsOf(labels, place.file, manifest?.classes);
  return { labels: faults.length === 0 ? labels : undefined, faults };
}
