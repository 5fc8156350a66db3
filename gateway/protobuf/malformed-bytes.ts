/** The error for bytes that do not follow their format: protobuf, or the tables and tensors built from it. */

export class MalformedBytes extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'MalformedBytes';
  }
}
