/** Where the `.proto` files lie: beside the sources, also when the program runs compiled from dist/. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From the source file, and from the compiled one, which lies one folder deeper. */
const places = ['./protos/', '../../../gateway/wire/protos/'];

/** @throws Error when the installation is without them */
export function protoFolder(): string {
  const place = places
    .map((relative) => new URL(relative, import.meta.url))
    .find((url) => existsSync(new URL('tensorflow_serving/', url)));
  if (place !== undefined) return fileURLToPath(place);
  throw new Error('The folder gateway/wire/protos is missing from this installation; install Fovea again.');
}
