/** Short names that still tell classes apart. */
import { expect } from 'chai';
import { classNames } from '../../../../../gateway/cli/report/class-names.ts';

describe('classNames', () => {
  it('takes the first synonym where it is enough', () => {
    const nameOf = classNames([
      'tench, Tinca tinca',
      'crane',
      'crane',
      'tub, vat',
      'maillot',
      'maillot, tank suit',
    ]);
    expect([0, 1, 2, 3, 4, 5].map(nameOf)).to.deep.equal([
      'tench',
      'crane (1)',
      'crane (2)',
      'tub',
      'maillot (4)',
      'maillot, tank suit (5)',
    ]);
  });

  it('numbers classes without a label', () => {
    expect(classNames()(7)).to.equal('class 7');
    expect(classNames(['a', ''])(1)).to.equal('class 1');
  });

  it('cuts long names in the middle', () => {
    expect(classNames([`${'a'.repeat(100)}z`])(0)).to.equal(`${'a'.repeat(30)}…${'a'.repeat(28)}z`);
  });
});
