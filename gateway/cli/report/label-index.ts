/** Looks classes up by a name that a person gave a folder. */
import type { Labels } from '../../domain/labels.ts';

/** The class, `several` when more than one has this name, undefined when none has. */
export type LabelIndex = (name: string) => number | 'several' | undefined;

/**
 * The first synonym of a label goes first, then the whole label, then the others: with the labels "cat, tom" and
 * "lynx, cat" the name `cat` is the first class. ImageNet's "maillot" and "maillot, tank suit" stay unclear by that name.
 */
export function labelIndex(labels: Labels): LabelIndex {
  const ranks = [firsts, wholes, synonyms].map((namesOf) => {
    const classes = new Map<string, number | 'several'>();
    for (const [classIndex, label] of labels.entries()) {
      for (const name of namesOf(label)) enter(classes, plain(name), classIndex);
    }
    return classes;
  });
  return (name) => {
    const key = plain(name);
    return ranks.map((classes) => classes.get(key)).find((found) => found !== undefined);
  };
}

const wholes = (label: string): readonly string[] => [label];
const firsts = (label: string): readonly string[] => synonyms(label).slice(0, 1);

/** Some label files begin each line with WordNet's id, which is then a name as well. */
function synonyms(label: string): readonly string[] {
  const [, synset, names = label] = /^(n\d{8})[\s,:]+(.+)$/.exec(label) ?? [];
  return [...names.split(','), ...(synset === undefined ? [] : [synset])];
}

function enter(classes: Map<string, number | 'several'>, key: string, classIndex: number): void {
  if (key === '') return;
  const known = classes.get(key);
  classes.set(key, known === undefined || known === classIndex ? classIndex : 'several');
}

function plain(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}
