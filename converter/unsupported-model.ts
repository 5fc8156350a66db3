/** The compiler's one kind of refusal: a sentence that names what it met and what to do instead. */

/** Ends every refusal of something that TensorFlow itself can run. */
export const runsElsewhere = 'TensorFlow Serving can run this model.';

export class UnsupportedModel extends Error {
  constructor(sentence: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'UnsupportedModel';
  }

  /** An operation without a lowering. */
  static operation(operation: string, node: string): UnsupportedModel {
    return new UnsupportedModel(
      `The compiler does not know the operation ${operation} (node ${node}). ${runsElsewhere}`,
    );
  }
}
