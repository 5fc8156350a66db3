/** Recipes: which can be followed, how they adapt, how they are told. */
import { expect } from 'chai';
import { describeRecipe } from '../../../../converter/network/describe-recipe.ts';
import { adaptedRecipe, requireFeasible } from '../../../../converter/network/preprocessing-recipe.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';
import type { PreprocessingRecipe } from '../../../../gateway/domain/preprocessing.ts';

const usual: PreprocessingRecipe = {
  resize: 256,
  filter: 'bicubic',
  size: 224,
  mean: [127, 127, 127],
  deviation: [128, 128, 128],
};

describe('a preprocessing recipe', () => {
  it('keeps its share of the picture when only the size changes', () => {
    expect(adaptedRecipe(usual, { size: 448 })).to.include({ size: 448, resize: 512, filter: 'bicubic' });
    expect(adaptedRecipe(usual, { size: 448, resize: 448 })).to.include({ size: 448, resize: 448 });
    expect(adaptedRecipe({ ...usual, resize: 'stretch' }, { size: 96 })).to.include({
      size: 96,
      resize: 'stretch',
    });
  });

  const refusals: readonly (readonly [string, Partial<PreprocessingRecipe>, RegExp])[] = [
    ['a crop larger than the picture', { resize: 200 }, /224 pixels cannot be cut.*200/],
    ['half pixels', { size: 22.5 }, /between 1 and 4096, not 22\.5/],
    ['no pixels', { resize: 0 }, /between 1 and 4096 pixels, not 0/],
    ['a deviation of zero', { deviation: [1, 0, 1] }, /deviations numbers above zero/],
    ['a mean that is no number', { mean: [NaN, 0, 0] }, /means must be numbers/],
  ];
  for (const [what, change, sentence] of refusals) {
    it(`with ${what} is refused`, () => {
      expect(() => {
        requireFeasible({ ...usual, ...change });
      }).to.throw(UnsupportedModel, sentence);
    });
  }

  it('is told in one sentence', () => {
    expect(describeRecipe(usual)).to.equal(
      'Decode as RGB, resize the shorter side to 256 (bicubic, antialiased), cut 224 × 224 from the middle, ' +
        'subtract 127, divide by 128.',
    );
    expect(describeRecipe({ ...usual, resize: 'stretch', mean: [1, 2, 3] })).to.equal(
      'Decode as RGB, resize to 224 × 224 (bicubic, antialiased), subtract (1, 2, 3), divide by 128.',
    );
  });
});
