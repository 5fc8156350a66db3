/** Which texts are base64, and what they hold. */
import { expect } from 'chai';
import { decodePictureBase64 } from '../../../../../gateway/transports/http/picture-base64.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

/** Bytes of every value, in lengths that leave no, one and two characters of padding. */
const texts = [255, 256, 257].map((length) => Buffer.from(Array.from({ length }, (_, index) => index & 255)));

const decodeBase64 = (text: string): Buffer => decodePictureBase64(text, 'image');

describe('decodePictureBase64', () => {
  const spellings: Readonly<Record<string, (bytes: Buffer) => string>> = {
    'as it is usually written': (bytes) => bytes.toString('base64'),
    'URL-safe and without padding': (bytes) => bytes.toString('base64url'),
    'in lines': (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
    'in lines of an odd length, which part the padding too': (bytes) =>
      bytes.toString('base64').replace(/.{7}/g, '$&\n'),
    'with white space around it': (bytes) => ` \t\n${bytes.toString('base64')}\r\n `,
    'with a space after each character': (bytes) => bytes.toString('base64').replace(/./g, '$& '),
    'as a data URL': (bytes) => `data:image/jpeg;base64,${bytes.toString('base64')}`,
    'as a data URL with a line break after the comma': (bytes) =>
      `data:image/jpeg;base64,\n${bytes.toString('base64')}`,
  };
  for (const [title, spell] of Object.entries(spellings)) {
    it(`takes it ${title}`, () => {
      for (const bytes of texts) expect(decodeBase64(spell(bytes)).equals(bytes)).to.equal(true);
    });
  }

  it('gives no bytes for no text', () => {
    expect(decodeBase64('').byteLength).to.equal(0);
    expect(decodeBase64(' \n').byteLength).to.equal(0);
  });

  const good = 'QUJDREVG';
  const faults: Readonly<Record<string, string>> = {
    'a stranger in front': `!${good}`,
    'a stranger inside': 'QUJD*REVG',
    'a stranger in place of a line break': 'QUJD\u00a0REVG',
    'a stranger among white space': 'QU JD RE\n VG !\n',
    'as many strangers as white space': '! ! ! !',
    'one character too many': `${good}Q`,
    'one character too many among white space': `${good} Q`,
    'padding in front': `=${good}`,
    'padding inside': 'QUI=REVG',
    'padding alone': '====',
    'letters outside ASCII': 'QUJDÄÄÄÄ',
    'a data URL that is not base64': 'data:image/jpeg,QUJD',
  };
  for (const [title, text] of Object.entries(faults)) {
    it(`refuses ${title}`, async () => {
      expect(await thrownBy(() => decodeBase64(text))).to.have.property('kind', 'invalid-input');
    });
  }
});
