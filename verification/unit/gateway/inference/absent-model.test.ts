/** The words for a model that is not there, alone and in a list. */
import { expect } from 'chai';
import { absenceReason, absenceSentence } from '../../../../gateway/inference/absent-model.ts';

describe('words for an absent model', () => {
  it('end with the bare command that installs it', () => {
    const model = { kind: 'missing', name: 'm', installCommand: 'fovea models pull m' } as const;
    expect(absenceSentence(model)).to.equal('Model m is not installed. Install it with: fovea models pull m');
    expect(absenceReason(model)).to.equal('model m is not installed; install it with: fovea models pull m');
  });

  it('point to the log when no command installs it', () => {
    expect(absenceSentence({ kind: 'missing', name: 'm' })).to.match(
      /^Model m is not installed\. .*log.*\.$/,
    );
  });

  it('name the known models for a name that is none of them', () => {
    expect(absenceSentence({ kind: 'unknown', name: 'nope', known: ['a', 'b'] })).to.equal(
      'There is no model called "nope". Known models: a, b.',
    );
    expect(absenceReason({ kind: 'unknown', name: 'nope', known: [] })).to.equal(
      'there is no model called "nope"; no model is installed',
    );
  });

  it('repeat no control characters and no endless name', () => {
    const sentence = absenceSentence({ kind: 'unknown', name: `\u001b[2J${'x'.repeat(1000)}`, known: [] });
    expect(sentence).to.not.match(/[^ -~]/);
    expect(sentence.length).to.be.lessThan(200);
  });

  it('say of an id of Hugging Face that nothing is downloaded, and what to do', () => {
    expect(absenceSentence({ kind: 'unknown', name: 'google/vit', known: ['a'] })).to.match(
      /^No model here is "google\/vit" of Hugging Face\. Nothing is downloaded by itself: convert .*; known models: a\.$/,
    );
  });
});
