/** What the codes of the file system mean for the person at the command line. */
import { RepositoryError } from './repository-error.ts';

/** The code of a file system or network error, such as `ENOENT`; `unknown reason` when it has none. */
export function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
}

const sentences: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room and pull again, what has arrived is kept',
  EDQUOT: 'the disk quota is used up; make room and pull again, what has arrived is kept',
  EACCES: 'this user may not write there; correct the permissions or the owner',
  EPERM: 'this user may not write there; correct the permissions or the owner',
  EEXIST: 'a part of its path is a file or a link to nothing; correct MODELS_DIR',
  ENOTDIR: 'a part of its path is a file or a link to nothing; correct MODELS_DIR',
  EROFS: 'it lies on a read-only disk; put a writable folder with the manifest into MODELS_DIR',
};

/** The reason why a folder could not be written, when the error is of that sort; else `undefined`. */
export function writeFault(cause: unknown, folder: string): RepositoryError | undefined {
  const sentence = sentences[errorCode(cause)];
  return sentence === undefined
    ? undefined
    : new RepositoryError(`The folder ${folder} cannot be written: ${sentence}.`, { cause });
}
