/** What is long and plain leaves the JSON, and nothing else does. */
import { expect } from 'chai';
import { cutJson } from '../../../../../gateway/wire/json/cut-json.ts';

const bytes = Buffer.alloc(60_000, 'picture');
const base64 = bytes.toString('base64');
const numbers = Array.from({ length: 20_000 }, (_, index) => index / 7);
const list = JSON.stringify(numbers);

function restored(json: string): unknown {
  const cut = cutJson(Buffer.from(json));
  if (cut === undefined) return undefined;
  const texts = new Map(
    [...cut.pieces].map(([place, piece]): readonly [string, string] => [
      place,
      'numbers' in piece
        ? `[${Buffer.from(piece.numbers).toString()}]`
        : JSON.stringify(Buffer.from(piece.characters).toString()),
    ]),
  );
  expect(cut.rest.byteLength).to.be.lessThan(json.length - 32 * 1024 + 100);
  return cut.rest
    .toString()
    .replace(/"([\da-f-]{36} \d+)"/g, (text, place: string) => texts.get(place) ?? text);
}

describe('cutJson', () => {
  for (const json of [
    `{"a":"${base64}","b":"short"}`,
    `["${base64}", "${bytes.toString('base64url')}", {"c\\"d\\\\": ["${base64}"]}]`,
    `{"data": ${list}, "b": 1}`,
    `{"b": [1, 2], "data":${list}}`,
    `  ${list}  `,
    `{"a": ${list}, "b": "${base64}", "c": ${list}}`,
    `{"\\\\": "\\"", "a": "${base64}"}`,
    `{"a": [${list}, ${list}], "b": "${base64}", "c": [[[${list}]]]}`,
    `[${list}, [], [1], {"a": [[]]}, ${list}]`,
  ])
    it(`takes pieces out of ${json.replaceAll(/[\w+/.,-]{100,}/g, '…')} that make it whole again`, () => {
      expect(restored(json) === json).to.equal(true);
    });

  it('gives what a text encodes', () => {
    const [piece] = cutJson(Buffer.from(JSON.stringify({ a: base64 })))?.pieces.values() ?? [];
    expect(piece && 'bytes' in piece && bytes.equals(piece.bytes)).to.equal(true);
  });

  for (const [title, json] of [
    ['short texts', JSON.stringify(Array.from({ length: 1000 }, () => 'AAAA'.repeat(20)))],
    ['a text with a character that is not base64', `{"a":"${base64}!"}`],
    ['a text with an escape', `{"a":"${base64}\\n"}`],
    ['a data URL', `{"a":"data:image/jpeg;base64,${base64}"}`],
    ['a text without its end', `{"a":"${base64}`],
    ['a text whose end is escaped', `{"a":"${base64}\\"}`],
    ['a list without its end', `{"a":${list.slice(0, -1)}}`],
    ['texts in a list', JSON.stringify(numbers.map(String))],
    ['more lists than a tensor of large rows has', `[${'[],'.repeat(3000)}${list}]`],
    ['objects in a list', JSON.stringify(numbers.map(() => ({})))],
    ['more texts than pictures', `[${'"",'.repeat(3000)}"${base64}"]`],
    ['nothing', ''],
    ['quotes and nothing else', '"'.repeat(100_000)],
    ['backslashes and nothing else', `"${'\\'.repeat(100_000)}`],
  ] as const)
    it(`leaves ${title} alone`, () => {
      expect(cutJson(Buffer.from(json))).to.equal(undefined);
    });
});
