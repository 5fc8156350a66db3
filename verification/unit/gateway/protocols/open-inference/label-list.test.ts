/** Scores and labels as Python's json.dumps writes them. */
import { expect } from 'chai';
import { pythonFloat, writeLabelList } from '../../../../../gateway/protocols/open-inference/label-list.ts';

describe('label-list', () => {
  // The texts are Python's repr of the same numbers.
  for (const [value, text] of [
    [0.8528618812561035, '0.8528618812561035'],
    [0.00020687644428107888, '0.00020687644428107888'],
    [0.0001, '0.0001'],
    [0.00005, '5e-05'],
    [1.2345e-7, '1.2345e-07'],
    [1e-10, '1e-10'],
    [1, '1.0'],
    [0, '0.0'],
  ] as const)
    it(`writes ${text}`, () => {
      expect(pythonFloat(value)).to.equal(text);
    });

  it('writes labels in ASCII, and the number of a class without one', () => {
    const ranked = [
      { class: 3, label: 'caf\u00e9 "\u{1f408}"', probability: 0.5 },
      { class: 4, label: null, probability: 0.25 },
    ];
    expect(writeLabelList(ranked)).to.equal(
      String.raw`[{"label": "caf\u00e9 \"\ud83d\udc08\"", "score": 0.5}, {"label": "LABEL_4", "score": 0.25}]`,
    );
  });
});
