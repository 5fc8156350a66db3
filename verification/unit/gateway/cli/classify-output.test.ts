/** The three forms in which classes are written down. */
import { expect } from 'chai';
import { resultWriter, type FileResult, type OutputForm } from '../../../../gateway/cli/classify-output.ts';

const results: readonly FileResult[] = [
  {
    file: 'a, "b".jpg',
    outcome: {
      class: 7,
      predictions: [
        { class: 7, probability: 0.875, label: 'cat, domestic' },
        { class: 12, probability: 0.0625, label: null },
      ],
    },
  },
  { file: 'bad.jpg', outcome: { error: 'It is "text".\nReally.' } },
  { file: 'scoreless.jpg', outcome: { class: 3, predictions: [] } },
];

function written(form: OutputForm, rows = results): string {
  let text = '';
  const writer = resultWriter(form, { write: (part) => (text += part) });
  for (const row of rows) writer.row(row);
  writer.finish();
  return text;
}

/** Records of RFC 4180, read by a machine of its own: one character after the other. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let [record, cell, isQuoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted && character === '"' && text.charAt(at + 1) === '"') {
      cell += character;
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) cell += character;
    else if (character === ',') [record, cell] = [[...record, cell], ''];
    else if (character === '\n') {
      records.push([...record, cell]);
      [record, cell] = [[], ''];
    } else if (character !== '\r') cell += character;
  }
  return records;
}

describe('resultWriter', () => {
  it('writes JSON that gives back what it was given, and an empty list for nothing', () => {
    const parsed: unknown = JSON.parse(written('json'));
    expect(parsed).to.deep.equal(results.map(({ file, outcome }) => ({ file, ...outcome })));
    expect(JSON.parse(written('json', []))).to.deep.equal([]);
  });

  it('writes CSV with one line a prediction and the same columns in each', () => {
    expect(written('csv').endsWith('\r\n')).to.equal(true);
    expect(parseCsv(written('csv'))).to.deep.equal([
      ['file', 'rank', 'class', 'label', 'probability', 'error'],
      ['a, "b".jpg', '1', '7', 'cat, domestic', '0.875', ''],
      ['a, "b".jpg', '2', '12', '', '0.0625', ''],
      ['bad.jpg', '', '', '', '', 'It is "text".\nReally.'],
      ['scoreless.jpg', '1', '3', '', '', ''],
    ]);
  });

  it('writes a table in which classes and percentages stand below each other', () => {
    const lines = written('table').split('\n');
    expect(lines[1]).to.match(/^ +7 +87\.5 % {2}cat, domestic$/);
    expect(lines[2]).to.match(/^ +12 +6\.3 %$/);
    expect(lines[1]?.indexOf('%')).to.equal(lines[2]?.indexOf('%'));
    expect(lines[4]).to.equal('  error: It is "text".');
    expect(lines.at(-2)).to.match(/^ +3$/);
  });
});
