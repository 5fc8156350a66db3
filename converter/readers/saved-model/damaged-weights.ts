/** The refusal of a whole model because a file of its weights is missing or damaged, whichever signature found out. */
import { UnsupportedModel } from '../../unsupported-model.ts';

export class DamagedWeights extends UnsupportedModel {
  constructor(sentence: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'DamagedWeights';
  }
}
