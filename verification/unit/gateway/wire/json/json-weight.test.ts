/** How heavy a JSON text is, by its marks. */
import { expect } from 'chai';
import { holdsMore, isHeavier, takesLongToParse } from '../../../../../gateway/wire/json/json-weight.ts';

const text = Buffer.from('{"a": [1, 2, [3]], "b": {}}');
const weight = { values: 3, lists: 2, objects: 2, quotes: 4 };

describe('json-weight', () => {
  it('is what a text weighs, to the last mark', () => {
    expect(isHeavier(text, weight)).to.equal(false);
    for (const name of ['values', 'lists', 'objects', 'quotes'] as const) {
      expect(isHeavier(text, { ...weight, [name]: weight[name] - 1 }), name).to.equal(true);
    }
  });

  it('counts several marks together', () => {
    expect(holdsMore(text, ',[{', 7)).to.equal(false);
    expect(holdsMore(text, ',[{', 6)).to.equal(true);
    expect(holdsMore(Buffer.alloc(0), ',', 0)).to.equal(false);
  });

  it('tells texts that take long from those that do not, by their bytes and by their values', () => {
    expect(takesLongToParse(Buffer.alloc(4 * 1024 * 1024))).to.equal(false);
    expect(takesLongToParse(Buffer.alloc(4 * 1024 * 1024 + 1))).to.equal(true);
    expect(takesLongToParse(Buffer.from(`[${'1,'.repeat(49_999)}1]`))).to.equal(false);
    expect(takesLongToParse(Buffer.from(`[${'1,'.repeat(50_000)}1]`))).to.equal(true);
  });
});
