/** Safetensors files whose headers lie about places, shapes and themselves. */
import { expect } from 'chai';
import { floatBytes, longWord } from './pickle-bytes.ts';
import { readBytes, refusalOf, valuesOf } from './written-file.ts';

function safetensors(header: unknown, body = floatBytes([1, 2, 3])): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return Buffer.concat([longWord(text.length), text, body]);
}

const entry = (data_offsets: readonly unknown[], shape: unknown = [3], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets,
});

describe('readCheckpoint on safetensors', () => {
  it('reads tensors in any order, padding, metadata and the prefix of DataParallel', async () => {
    const header = {
      'module.b': entry([8, 12], [1]),
      __metadata__: { arch: 'tiny' },
      'module.a': entry([0, 8], [2, 1]),
      'module.none': entry([12, 12], [0, 7]),
    };
    const checkpoint = await readBytes(safetensors(`${JSON.stringify(header)}    `));
    expect([...checkpoint.tensors.keys()]).to.deep.equal(['b', 'a', 'none']);
    expect(valuesOf(checkpoint, 'a')).to.deep.equal([1, 2]);
    expect(valuesOf(checkpoint, 'b')).to.deep.equal([3]);
    expect(checkpoint.tensors.get('none')).to.include({ datatype: 'float32' });
    expect(checkpoint.metadata.get('arch')).to.equal('tiny');
  });

  it('keeps a tensor by the name of a property that every object has', async () => {
    const checkpoint = await readBytes(
      safetensors('{"__proto__":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}'),
    );
    expect(valuesOf(checkpoint, '__proto__')).to.deep.equal([1, 2, 3]);
  });

  const refused: readonly (readonly [what: string, bytes: Buffer, sentence: RegExp])[] = [
    [
      'tensors that overlap',
      safetensors({ a: entry([0, 8], [2]), b: entry([4, 12], [2]) }),
      /b shares bytes/,
    ],
    ['tensors in the same place', safetensors({ a: entry([0, 12]), b: entry([0, 12]) }), /b shares bytes/],
    ['a place below zero', safetensors({ a: entry([-12, 0]) }), /a has no list of whole numbers/],
    ['a place beyond the end', safetensors({ a: entry([4, 16]) }), /a does not lie inside/],
    ['an end before the beginning', safetensors({ a: entry([12, 0]) }), /a does not lie inside/],
    ['a place that is no number', safetensors({ a: entry(['0', 12]) }), /whole numbers/],
    ['a broken number', safetensors({ a: entry([0.5, 12.5]) }), /whole numbers/],
    ['three places', safetensors({ a: entry([0, 12, 12]) }), /does not lie/],
    ['a shape that needs more', safetensors({ a: entry([0, 12], [4]) }), /needs 16 bytes where 12/],
    ['a huge shape', safetensors({ a: entry([0, 12], Array(30).fill(2 ** 50)) }), /where 12 are stored/],
    ['a shape that is no list', safetensors({ a: entry([0, 12], 3) }), /whole numbers/],
    [
      'an unknown datatype',
      safetensors({ a: entry([0, 12], [12], 'F8_E4M3') }),
      /a has the datatype "F8_E4M3"/,
    ],
    ['a tensor that is no object', safetensors({ a: 3 }), /a is not a JSON object/],
    ['a header that is no JSON', safetensors('{"a":'), /not JSON/],
    ['a header nested without end', safetensors(`{"a":${'['.repeat(200_000)}`), /not JSON/],
    ['no tensor at all', safetensors({ __metadata__: { a: 'b' } }), /holds no tensor/],
    [
      'a header longer than the file',
      Buffer.concat([longWord(5000), Buffer.from('{"a":1}')]),
      /5008 is needed/,
    ],
    ['a header of a terabyte', Buffer.concat([longWord(2 ** 39), Buffer.from('{"a":1}')]), /longer than/],
  ];
  for (const [what, bytes, sentence] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await refusalOf(bytes)).to.match(sentence);
    });
  }
});
