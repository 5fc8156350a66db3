/** Finds out what a picture really shows, from the names of the folders it lies in. */
import path from 'node:path';
import type { Labels } from '../../domain/labels.ts';
import { labelIndex, type LabelIndex } from './label-index.ts';

export type TrueClass =
  | { readonly kind: 'known'; readonly class: number; readonly rule: TruthRule }
  /** The name fits several classes, such as the two cranes of ImageNet. */
  | { readonly kind: 'unclear'; readonly name: string }
  | { readonly kind: 'unknown' };

export type TruthRule = 'label' | 'class number' | 'order of the synsets';

export interface TruthOptions {
  readonly labels: Labels | undefined;
  readonly classCount: number | undefined;
  /** The files and folders that the user named. */
  readonly places: readonly string[];
  readonly files: readonly string[];
}

/** WordNet's id of a noun, which ImageNet's folders are called by, alone or before a name. */
const synsetName = /^(n\d{8})(?:[_\- ]+(.+))?$/i;

/**
 * The rule, first match wins, from the folder of the picture up to the folder that the user named:
 *
 * 1. ImageNet's folders (`n01443537` or `n01443537_goldfish`): the id or the name after it is looked for among the
 *    labels. When that says nothing and all synsets of the model are there, their order gives the class.
 * 2. The name is a label, or one of the synonyms that commas separate in a label; case, `_` and `-` do not matter.
 * 3. The name is a class number.
 *
 * When no folder says it, the name of the file may, in ImageNet's form only: `n01443537_goldfish.JPEG`.
 */
export function trueClassFinder(options: TruthOptions): (file: string) => TrueClass {
  const { labels, classCount, places, files } = options;
  const index = labelIndex(labels ?? []);
  const synsets = synsetOrder(files, classCount);
  const roots = new Set(places.map((place) => path.resolve(place)));
  const known = new Map<string, TrueClass>();
  const ofFolder = (name: string): TrueClass => {
    const found = known.get(name) ?? classOfName(name, { index, synsets, classCount });
    known.set(name, found);
    return found;
  };
  return (file) => {
    for (const name of folderNames(file, roots)) {
      const found = ofFolder(name);
      if (found.kind !== 'unknown') return found;
    }
    return classOfSynset(path.parse(file).name, index, synsets);
  };
}

interface Names {
  readonly index: LabelIndex;
  readonly synsets: ReadonlyMap<string, number>;
  readonly classCount: number | undefined;
}

function classOfName(name: string, { index, synsets, classCount }: Names): TrueClass {
  const synset = classOfSynset(name, index, synsets);
  if (synset.kind !== 'unknown') return synset;
  const labelled = byLabel(name, index);
  if (labelled.kind !== 'unknown') return labelled;
  const number = /^\d{1,6}$/.test(name) ? Number(name) : Infinity;
  return classCount !== undefined && number < classCount
    ? { kind: 'known', class: number, rule: 'class number' }
    : { kind: 'unknown' };
}

function classOfSynset(name: string, index: LabelIndex, synsets: ReadonlyMap<string, number>): TrueClass {
  const [, synset, rest = ''] = synsetName.exec(name) ?? [];
  if (synset === undefined) return { kind: 'unknown' };
  const byId = byLabel(synset, index);
  const labelled = byId.kind === 'unknown' ? byLabel(rest, index) : byId;
  const place = synsets.get(synset.toLowerCase());
  return labelled.kind === 'known' || place === undefined
    ? labelled
    : { kind: 'known', class: place, rule: 'order of the synsets' };
}

function byLabel(name: string, index: LabelIndex): TrueClass {
  const found = index(name);
  if (found === undefined) return { kind: 'unknown' };
  return found === 'several' ? { kind: 'unclear', name } : { kind: 'known', class: found, rule: 'label' };
}

/** ImageNet's classes, to which some models add a background class before the first. */
const imagenetClasses = 1000;

/** Classes by synset; empty unless all of the model's occur, since the order of some says nothing. */
function synsetOrder(files: readonly string[], classCount: number | undefined): ReadonlyMap<string, number> {
  const found = new Set<string>();
  for (const file of files) {
    const { dir, name } = path.parse(file);
    const synset = synsetName.exec(path.basename(dir))?.[1] ?? synsetName.exec(name)?.[1];
    if (synset !== undefined) found.add(synset.toLowerCase());
  }
  const background = found.size === imagenetClasses && classCount === imagenetClasses + 1 ? 1 : 0;
  if (found.size + background !== classCount) return new Map();
  return new Map([...found].sort().map((synset, rank) => [synset, rank + background]));
}

/** From the picture's own folder upwards; nothing above what the user named can be meant. */
function* folderNames(file: string, roots: ReadonlySet<string>): Generator<string> {
  const whole = path.resolve(file);
  for (let folder = path.dirname(whole); ; folder = path.dirname(folder)) {
    yield path.basename(folder);
    if (roots.has(whole) || roots.has(folder) || folder === path.dirname(folder)) return;
  }
}
