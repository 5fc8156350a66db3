/** Which class of ImageNet a picture shows, counted without a background class, as far as its name says it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Labels } from '../../domain/labels.ts';
import { parseLabels } from '../../repository/parse-labels.ts';
import { shippedModels } from '../../repository/shipped-models.ts';
import { trueClassFinder } from '../report/true-class.ts';
import type { AnsweredClass } from './read-answer.ts';

/** A class of ImageNet, and its name. */
export interface KnownClass {
  readonly classId: number;
  readonly label: string;
}

/** `undefined` when neither the name of the file nor that of its folder says it. */
export type ExpectedClass = (file: string) => KnownClass | undefined;

/** By ImageNet's names, such as `n01440764_tench.jpeg` or a folder `goldfish`, inside the places that the user named. */
export async function expectedClasses(
  files: readonly string[],
  places: readonly string[],
): Promise<ExpectedClass> {
  const labels = await imagenetLabels();
  const find = trueClassFinder({ labels, classCount: labels.length, places, files });
  return (file) => {
    const found = find(file);
    return found.kind === 'known' && found.rule !== 'class number'
      ? { classId: found.class, label: labels[found.class] ?? '' }
      : undefined;
  };
}

/** By the number and, where the server names its classes, by the name: class 0 of another list is no tench. */
export function isExpected(expected: KnownClass, answered: AnsweredClass): boolean {
  const isNamedSo = answered.label === undefined || firstName(answered.label) === firstName(expected.label);
  return expected.classId === answered.classId && isNamedSo;
}

/** Lists differ in the synonyms that follow. */
const firstName = (label: string): string => (label.split(',', 1)[0] ?? '').trim().toLowerCase();

/** The list of a model that comes along with the package, without its background class; empty when that is gone. */
async function imagenetLabels(): Promise<Labels> {
  const directory = shippedModels(false)?.directory ?? '';
  const file = path.join(directory, 'efficientnet-lite0', 'labels.txt');
  return parseLabels(await readFile(file, 'utf8').catch(() => '')).slice(1);
}
