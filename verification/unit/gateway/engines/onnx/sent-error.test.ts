/** Errors that cross the border between threads. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { fromSentError, toSentError } from '../../../../../gateway/engines/onnx/sent-error.ts';

/** There and back, through what a thread makes of a message. */
const across = (error: unknown): ServingError =>
  fromSentError(structuredClone(toSentError(error, 'Something failed.')));

describe('an error between threads', () => {
  it('keeps kind, sentence, row and the words of its cause', () => {
    const error = across(
      new ServingError('unsupported-image', 'Corrupt.', { row: 3, cause: new Error('why') }),
    );
    expect(error).to.be.instanceOf(ServingError);
    expect(error).to.include({ kind: 'unsupported-image', message: 'Corrupt.', row: 3 });
    expect(String(error.cause)).to.include('why');
  });

  it('has no row when it had none', () => {
    expect(across(new ServingError('too-large', 'Too large.')).row).to.equal(undefined);
  });

  it('gives a foreign error a sentence of ours and keeps its words for the log', () => {
    for (const foreign of [new Error('a secret'), 'a secret']) {
      const error = across(foreign);
      expect(error).to.include({ kind: 'model-failed', message: 'Something failed.' });
      expect(String(error.cause)).to.include('a secret');
    }
  });

  it('survives a cause that no thread can be sent', () => {
    const cause = { run: () => undefined };
    expect(across(new ServingError('internal', 'Broken.', { cause })).message).to.equal('Broken.');
  });
});
