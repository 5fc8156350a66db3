/** The flags about pictures become a recipe on the scale from 0 to 255. */
import { expect } from 'chai';
import { readRecipe } from '../../../../gateway/cli/convert-recipe.ts';

const recipe = (flags: Readonly<Record<string, string>>) => readRecipe(new Map(Object.entries(flags)));

describe('the recipe of fovea convert', () => {
  it('is nothing when nothing is said', () => {
    expect(recipe({})).to.deep.equal({ recipe: {}, faults: [] });
  });

  it('takes the numbers that torchvision prints', () => {
    const { recipe: read, faults } = recipe({ '--mean': '0.485, 0.456,0.406', '--std': '0.229,0.224,0.225' });
    expect(faults).to.deep.equal([]);
    expect(read).to.deep.equal({ mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] });
  });

  it('takes numbers above 1 for pixels as they are stored, both flags alike', () => {
    expect(recipe({ '--mean': '127', '--std': '128' }).recipe).to.deep.equal({
      mean: [127, 127, 127],
      deviation: [128, 128, 128],
    });
    expect(recipe({ '--mean': '0', '--std': '255' }).recipe.mean).to.deep.equal([0, 0, 0]);
  });

  it('does as it is told about the scale', () => {
    const bytes = { '--mean': '0', '--std': '1' };
    expect(recipe(bytes).recipe.deviation).to.deep.equal([255, 255, 255]);
    expect(recipe({ ...bytes, '--pixel-scale': '255' }).recipe.deviation).to.deep.equal([1, 1, 1]);
    expect(recipe({ '--std': '2', '--pixel-scale': '1' }).recipe.deviation).to.deep.equal([510, 510, 510]);
  });

  it('takes the size by either name, and a side or stretching', () => {
    expect(recipe({ '--input-size': '160', '--resize': '182' }).recipe).to.deep.equal({
      size: 160,
      resize: 182,
    });
    expect(recipe({ '--crop': '160', '--resize': 'stretch' }).recipe).to.deep.equal({
      size: 160,
      resize: 'stretch',
    });
  });

  for (const [flags, sentence] of [
    [{ '--crop': '160', '--input-size': '224' }, /^--crop is the square/],
    [{ '--input-size': '0' }, /^--input-size must be a whole number of pixels\.$/],
    [{ '--resize': 'squeeze' }, /^--resize must be .*, or stretch\.$/],
    [{ '--mean': '1,2' }, /^--mean must be one number or three/],
    [{ '--mean': '1,,2' }, /^--mean must be one number or three/],
    [{ '--mean': '1,2,3,4' }, /^--mean must be one number or three/],
    [{ '--std': '0' }, /^--std must be above zero/],
    [{ '--pixel-scale': '100' }, /^--pixel-scale must be 1 or 255/],
  ] as const) {
    it(`refuses ${JSON.stringify(flags)}`, () => {
      const { faults } = recipe(flags);
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(sentence);
    });
  }
});
