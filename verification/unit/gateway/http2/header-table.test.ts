/** Which headers a table still holds: RFC 7541, sections 2.3.3 and 4. */
import { expect } from 'chai';
import { HeaderTable, type Header } from '../../../../gateway/http2/header-table.ts';

/** The standard has 61 headers, and counts 32 for each beside its letters. */
const [firstNumber, overhead] = [62, 32];

/** That counts for so many bytes. */
const header = (name: string, size: number): Header => [name, 'v'.repeat(size - overhead - name.length)];

describe('a table of headers', () => {
  function held(table: HeaderTable, most: number): readonly string[] {
    const names: string[] = [];
    for (let index = firstNumber; index < firstNumber + most; index += 1) {
      try {
        names.push(table.at(index)[0]);
      } catch {
        break;
      }
    }
    return names;
  }

  function filled(mostBytes: number, sizes: readonly number[]): HeaderTable {
    const table = new HeaderTable(mostBytes);
    sizes.forEach((size, index) => {
      table.add(header(`h${index}`, size));
    });
    return table;
  }

  it('keeps what fills it to the last byte', () => {
    expect(held(filled(200, [100, 100]), 3)).to.deep.equal(['h1', 'h0']);
    expect(held(filled(100, [100]), 3)).to.deep.equal(['h0']);
  });

  it('gives up the oldest for one byte more, and no other', () => {
    expect(held(filled(200, [60, 80, 61]), 4)).to.deep.equal(['h2', 'h1']);
    expect(held(filled(199, [100, 100]), 3)).to.deep.equal(['h1']);
  });

  it('is empty after one that is larger than itself', () => {
    const table = filled(200, [60, 60, 201]);
    expect(held(table, 4)).to.deep.equal([]);
    table.add(header('next', 200));
    expect(held(table, 4)).to.deep.equal(['next']);
  });

  it('keeps what fits to the byte into the size that the other side says', () => {
    const table = filled(300, [100, 100, 100]);
    table.resize(200);
    expect(held(table, 4)).to.deep.equal(['h2', 'h1']);
    table.resize(199);
    expect(held(table, 4)).to.deep.equal(['h2']);
    table.resize(300);
    table.add(header('next', 200));
    expect(held(table, 4)).to.deep.equal(['next', 'h2']);
  });
});
