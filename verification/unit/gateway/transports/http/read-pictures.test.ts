/** Which of the pictures in a body may be given away: the one that came alone. */
import { expect } from 'chai';
import { readPictures } from '../../../../../gateway/transports/http/read-pictures.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import type { RequestBody } from '../../../../../gateway/transports/http/body.ts';

const bytes = Buffer.from('a picture');
const base64 = bytes.toString('base64');
const file = (name: string) => ({ name, fileName: 'a.jpg', contentType: 'image/jpeg', bytes });

describe('the pictures of a body', () => {
  const cases: readonly (readonly [string, RequestBody, readonly boolean[]])[] = [
    ['a raw body', { kind: 'picture', bytes }, [true]],
    ['a form with one', { kind: 'form', parts: [file('image')] }, [true]],
    [
      'a form with two, which share its memory',
      { kind: 'form', parts: [file('image'), file('image')] },
      [false, false],
    ],
    ['JSON with one', { kind: 'json', value: { image: base64 } }, [true]],
    ['JSON with a list', { kind: 'json', value: { image: [base64, base64] } }, [false, false]],
  ];
  for (const [what, body, disposable] of cases) {
    it(`are disposable or not: ${what}`, () => {
      const { pictures } = readPictures(body, ['image']);
      expect(pictures.map(({ isDisposable = false }) => isDisposable)).to.deep.equal(disposable);
      for (const picture of pictures) expect(Buffer.compare(Buffer.from(picture.bytes), bytes)).to.equal(0);
    });
  }

  it('may lie under any of the names of the protocol, and the first is the one that is asked for', async () => {
    const form = (name: string): RequestBody => ({ kind: 'form', parts: [file(name)] });
    for (const name of ['file', 'image'])
      expect(readPictures(form(name), ['file', 'image']).pictures).to.have.length(1);
    expect(readPictures({ kind: 'json', value: { image: base64 } }, ['file', 'image']).isList).to.equal(
      false,
    );
    const refused = await thrownBy(() => readPictures(form('image'), ['file']));
    expect(refused)
      .to.have.property('message')
      .that.matches(/named "file"; what came is "image"\.$/);
  });
});
