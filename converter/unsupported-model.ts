/** The compiler's one kind of refusal: a sentence that names what it met and what to do instead. */

export class UnsupportedModel extends Error {
  constructor(sentence: string, options: { readonly cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'UnsupportedModel';
  }

  /** An operation without a lowering. */
  static operation(operation: string, node: string): UnsupportedModel {
    return new UnsupportedModel(
      `The compiler does not know the operation ${operation} (node ${node}). ` +
        `The TensorFlow Serving engine can run this model: set TF_SERVICE to its host.`,
    );
  }
}
