/** The models folder of the package itself, which knows models wherever MODELS_DIR points. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { ShippedModels } from './model-folder.ts';

/**
 * @param hasVersions whether what is bundled there is served: as long as nobody has said where the models are. Whoever
 * names folders in MODELS_DIR gets those and nothing else, and an empty one is a server that is not ready.
 */
export function shippedModels(hasVersions: boolean): ShippedModels | undefined {
  // The compiled file lies one folder deeper than its source.
  const root = ['../../', '../../../']
    .map((place) => new URL(place, import.meta.url))
    .find((place) => existsSync(new URL('package.json', place)));
  return root === undefined ? undefined : { directory: fileURLToPath(new URL('models', root)), hasVersions };
}
