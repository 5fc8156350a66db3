/** What the report calls each class: the first of a label's synonyms where that is enough to tell it apart. */
import type { Labels } from '../../domain/labels.ts';
import { shortened } from './shortened.ts';

export type ClassName = (classIndex: number) => string;

/** Characters; a longer name would push a table off the screen. */
const longestName = 60;

/** `tench` for "tench, Tinca tinca"; `crane (135)` where several classes share a name; `class 7` without a label. */
export function classNames(labels: Labels = []): ClassName {
  const bearers = new Map<string, number>();
  for (const label of labels) {
    const name = firstSynonym(label);
    bearers.set(name, (bearers.get(name) ?? 0) + 1);
  }
  return (classIndex) => {
    const label = labels[classIndex] ?? '';
    const name = firstSynonym(label);
    if (name === '') return `class ${classIndex}`;
    return bearers.get(name) === 1
      ? shortened(name, longestName)
      : `${shortened(label, longestName)} (${classIndex})`;
  };
}

function firstSynonym(label: string): string {
  return label.split(',')[0]?.trim() ?? '';
}
