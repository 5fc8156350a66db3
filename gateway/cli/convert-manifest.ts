/** Writes down what was converted: the manifest of a SavedModel, and the smaller one of an ONNX file. */
import type { ConversionReport, WrittenOnnx } from '../../converter/conversion-report.ts';
import { describeRecipe } from '../../converter/network/describe-recipe.ts';
import type { FileDigest } from '../repository/checksum.ts';
import type { Manifest, ManifestFile } from '../repository/manifest.ts';
import type { ConvertOptions } from './convert-options.ts';

export interface Converted {
  readonly options: ConvertOptions;
  readonly report: ConversionReport;
  readonly labels: readonly string[] | undefined;
  /** The source, when it is one file. */
  readonly weights: { readonly name: string; readonly digest: FileDigest } | undefined;
}

export function modelManifest(converted: Converted, others: readonly ManifestFile[]): Manifest {
  const { options, report, labels } = converted;
  const files = report.savedModel.map(({ path, size, sha256 }) => ({
    path: `${options.version}/${path}`,
    size,
    checksums: [{ sha256 }],
  }));
  return {
    ...described(converted),
    defaultVersion: options.version,
    files: [...files, ...others],
    signature: 'serving_default',
    ...(labels === undefined
      ? { ...(options.hasBackgroundClass ? { backgroundClass: true } : {}) }
      : { labels: { file: 'labels.txt', backgroundClass: options.hasBackgroundClass } }),
    ...(report.recipe === undefined ? {} : { preprocessing: { words: describeRecipe(report.recipe) } }),
  };
}

/** What a program needs to use the file: its ends, its labels, and the recipe its input is made by. */
export function onnxManifest(
  converted: Converted,
  { path, size, sha256, inputs, outputs }: WrittenOnnx,
): object {
  const { report, labels } = converted;
  return {
    ...described(converted),
    files: [{ path, size, checksums: [{ sha256 }] }],
    inputs,
    outputs,
    ...(labels === undefined ? {} : { labels }),
    ...(report.recipe === undefined
      ? {}
      : { preprocessing: { words: describeRecipe(report.recipe), ...report.recipe } }),
  };
}

function described({ options, report, weights }: Converted): {
  readonly title: string;
  readonly licence: string;
  readonly sources: [];
  readonly classes?: number;
  readonly measurements: NonNullable<Manifest['measurements']>;
} {
  const { architecture, classCount, parameterCount, unused } = report;
  return {
    title: `${options.name}: ${architecture ?? 'a network'}${classCount === undefined ? '' : ` for ${classCount} classes`}`,
    licence: options.licence,
    sources: [],
    ...(classCount === undefined ? {} : { classes: classCount }),
    measurements: {
      ...(architecture === undefined ? {} : { architecture }),
      parameters: parameterCount,
      unusedParameters: [...unused],
      ...(weights === undefined
        ? {}
        : { weights: { file: weights.name, size: weights.digest.size, sha256: weights.digest.sha256 } }),
    },
  };
}
