/** Reads the pictures that the project made for itself. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const pictureFolder = path.resolve('verification/test_data');

export function testPicture(name: string): Uint8Array {
  return readFileSync(path.join(pictureFolder, name));
}
