/** TensorFlow Serving's rule about labels: they point at versions that are there, unless somebody allows others. */
import { ServingError } from '../domain/errors.ts';
import type { ModelConfiguration } from '../wire/tensorflow-serving/model-configuration.ts';

export interface LabelRule {
  readonly isAvailable: (model: string, version: number) => boolean;
  /** Whether a label that is new may point at a version that is not available yet; one in use may never be moved to it. */
  readonly areUnavailableAllowed: boolean;
  /** Where a label of a model points now. */
  readonly current: (model: string, label: string) => number | undefined;
}

/** @throws ServingError `invalid-input` for the first label that breaks the rule */
export function refuseLabels(
  models: readonly ModelConfiguration[],
  { isAvailable, areUnavailableAllowed, current }: LabelRule,
): void {
  for (const { name, versionLabels } of models) {
    for (const [label, version] of versionLabels) {
      const isMoved = (current(name, label) ?? version) !== version;
      if (isAvailable(name, version) || (areUnavailableAllowed && !isMoved)) continue;
      throw new ServingError(
        'invalid-input',
        `Request to assign label to version ${version} of model ${name}, which is not currently available for inference; ` +
          'load it first, or start with --allow_version_labels_for_unavailable_models.',
      );
    }
  }
}
