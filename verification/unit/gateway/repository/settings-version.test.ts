/** Texts of versions and their numbers. */
import { expect } from 'chai';
import { versionNumberOf } from '../../../../gateway/repository/settings-version.ts';

describe('the number of a version of MLServer', () => {
  const numbers: readonly (readonly [string, number | undefined])[] = [
    ['3', 3],
    ['v3', 3],
    ['0', 0],
    ['007', 7],
    ['v0.1.0', 1000],
    ['1.2', 1_002_000],
    ['V1.2.3', 1_002_003],
    ['999999.999.999', 999_999_999_999],
    ['1.1000.0', undefined],
    ['1.2.3-rc1', undefined],
    ['latest', undefined],
    ['v', undefined],
    ['-1', undefined],
    ['x3', undefined],
    ['1'.repeat(16), undefined],
  ];
  for (const [text, number] of numbers) {
    it(`of ${text} is ${String(number)}`, () => {
      expect(versionNumberOf(text)).to.equal(number);
    });
  }

  it('keeps their order', () => {
    const texts = ['v0.1.0', 'v0.2.0', 'v0.10.0', 'v1.0.0', 'v1.0.1', 'v2.0'];
    const sorted = texts.toReversed().sort((a, b) => (versionNumberOf(a) ?? 0) - (versionNumberOf(b) ?? 0));
    expect(sorted).to.deep.equal(texts);
  });
});
