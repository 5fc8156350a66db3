/** The JSON form of pictures: the schema in the document is the one that bodies are read by. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { pictureSchema, type PictureFields } from '../../../../../gateway/transports/http/picture-body.ts';
import { readPictures } from '../../../../../gateway/transports/http/read-pictures.ts';
import { conforms } from '../../../../../gateway/wire/openapi/conforms.ts';
import { changed, pick, randomNumbers } from '../../../../support/made-up-json.ts';

/** Whether the body is of the right form; its base64 may still be none. */
function hasForm(value: unknown, fields: PictureFields): boolean {
  try {
    readPictures({ kind: 'json', value }, fields);
    return true;
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    return !error.message.startsWith('The JSON body must be');
  }
}

describe('pictures in JSON', () => {
  it('are taken in the form that the schema admits, and in no other', () => {
    const random = randomNumbers(7);
    const counts = { taken: 0, refused: 0 };
    const sound: readonly [unknown, ...unknown[]] = [
      { image: 'AAAA' },
      { image: ['AAAA', '/9j/'], more: 1 },
      { file: 'AAAA', image: ['AAAA'] },
    ];
    for (const fields of [['image'], ['file', 'image']] as const) {
      for (let round = 0; round < 3_000; round += 1) {
        let value = pick(random, sound);
        for (let step = 0; step < round % 4; step += 1) value = changed(value, random);
        const isRead = hasForm(value, fields);
        counts[isRead ? 'taken' : 'refused'] += 1;
        expect(conforms(pictureSchema(fields), value), JSON.stringify(value)).to.equal(isRead);
      }
    }
    expect(Math.min(counts.taken, counts.refused)).to.be.above(600);
  });

  it('are those of the field that comes first in the documents when both are there', () => {
    const { pictures, isList } = readPictures(
      { kind: 'json', value: { image: ['AAAA', 'AAAA'], file: '/9j/' } },
      ['file', 'image'],
    );
    expect(isList).to.equal(false);
    expect(pictures.map(({ bytes }) => Buffer.from(bytes).toString('base64'))).to.deep.equal(['/9j/']);
  });
});
