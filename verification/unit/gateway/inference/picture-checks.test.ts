/** How a picture at fault is named when a request holds several. */
import { expect } from 'chai';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { naming } from '../../../../gateway/inference/picture-checks.ts';

describe('naming', () => {
  const bytes = new Uint8Array(1);
  const fault = new ServingError('unsupported-image', 'It is truncated.', { row: 0 });
  const named = (...names: readonly string[]): string =>
    naming(
      fault,
      names.map((name) => ({ bytes, name })),
    ).message;

  it('gives the number and the last part of the name', () => {
    expect(named('cat.jpg', 'b')).to.equal('picture 1 of 2 (cat.jpg): It is truncated.');
    expect(named('C:\\photos\\cat.jpg', 'b')).to.equal('picture 1 of 2 (cat.jpg): It is truncated.');
  });

  it('gives the number alone when nothing is left of the name', () => {
    for (const name of ['', 'photos/', 'photos\\', '/']) {
      expect(named(name, 'b'), name).to.equal('picture 1 of 2: It is truncated.');
    }
  });

  it('says nothing of a picture sent alone', () => {
    expect(named('cat.jpg')).to.equal('It is truncated.');
  });
});
