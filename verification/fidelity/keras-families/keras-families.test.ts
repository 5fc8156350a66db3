/** Every family of keras.applications compiles and answers as TensorFlow; `export-families.py` makes them. */
import { expect } from 'chai';
import { readFamilies } from './families-record.ts';
import { measureFamily } from './measure-family.ts';

const folder = process.env['FOVEA_KERAS_FAMILIES'];
const record = folder === undefined ? undefined : readFamilies(folder);
const mostDifference = 1e-4;

describe('the families of keras.applications', function () {
  this.timeout(180_000);

  if (record === undefined) {
    it('answer as TensorFlow (skipped: FOVEA_KERAS_FAMILIES names no folder that export-families.py filled)', function () {
      this.skip();
    });
    return;
  }

  it('are all there', () => {
    expect(record.families.map(({ name }) => name)).to.have.length(15);
  });

  for (const family of record.families) {
    it(`${family.name} answers as TensorFlow`, async () => {
      const measured = await measureFamily(record.root, family);
      console.log(
        `      ${family.name}: ${measured.operations} operations → ${measured.operators} operators, ` +
          `Δ ${measured.difference.toExponential(1)}, compiled in ${measured.compileMilliseconds.toFixed(0)} ms`,
      );
      expect(measured.difference).to.be.at.most(mostDifference);
    });
  }
});
