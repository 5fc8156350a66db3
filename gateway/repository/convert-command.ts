/** The command that converts weights into a folder of the models, for the operator. */
import path from 'node:path';

import { shellWord } from './shell-word.ts';

/** Trained weights, which nothing here serves as they are. */
export interface Weights {
  readonly file: string;
  /** The file that lists the classes. */
  readonly labels?: string | undefined;
}

/** @param folder the model's own, into which the version is put */
export function convertCommand({ file, labels }: Weights, folder: string): string {
  const [above, name] = [path.dirname(folder), path.basename(folder)].map(shellWord);
  const classes = labels === undefined ? '' : ` --labels ${shellWord(labels)}`;
  return `npm run fovea -- convert --weights ${shellWord(file)} --output ${above} --name ${name}${classes}`;
}
