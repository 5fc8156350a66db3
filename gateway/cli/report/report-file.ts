/** Finds out before the work whether a report can be written, and afterwards puts it in place whole or not at all. */
import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Anything else is a slip, such as a picture that would be overwritten. */
export function reportNameFault(place: string): string | undefined {
  return /\.html?$/i.test(place)
    ? undefined
    : `--report "${place}" must name an HTML file, such as report.html.`;
}

/** One sentence when the report cannot be written there; what lies there stays as it is. */
export async function reportPlaceFault(place: string): Promise<string | undefined> {
  try {
    const target = await realTarget(place);
    const found = await stat(target).catch(() => undefined);
    if (found?.isFile() === false) return `The report ${place} cannot be written: it is not a file.`;
    if (found !== undefined) await access(target, constants.W_OK);
    const probe = besides(target);
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
    return undefined;
  } catch (error) {
    return cannotWrite(place, error);
  }
}

/** Replaces the file in one step, so that nobody ever reads half a report; a sentence when that fails. */
export async function writeReportFile(place: string, text: string): Promise<string | undefined> {
  let unfinished: string | undefined;
  try {
    const target = await realTarget(place);
    unfinished = besides(target);
    await writeFile(unfinished, text, { flag: 'wx' });
    await rename(unfinished, target);
    return undefined;
  } catch (error) {
    if (unfinished !== undefined) await rm(unfinished, { force: true });
    return cannotWrite(place, error);
  }
}

/** A link stays a link: what it leads to is written. */
async function realTarget(place: string): Promise<string> {
  const whole = path.resolve(place);
  return realpath(whole).catch(() => whole);
}

/** In the same folder, since only there a rename is one step. */
function besides(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.unfinished`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist; make it first',
  ENOTDIR: 'its folder is a file',
  EACCES: 'this user may not write there; correct the permissions or choose another place',
  EPERM: 'this user may not write there; correct the permissions or choose another place',
  EROFS: 'the disk is read-only; choose another place',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the disk quota is used up; make room',
  ENAMETOOLONG: 'its name is too long; choose a shorter one',
};

function cannotWrite(place: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return `The report ${place} cannot be written: ${reasons[code] ?? code}.`;
}
