/** Base64 in every spelling that clients use, and what is none. */
import { expect } from 'chai';
import {
  base64Length,
  decodeBase64Characters,
  decodeBase64Text,
  writeBase64,
} from '../../../../gateway/wire/base64.ts';

const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

describe('decodeBase64Text', () => {
  const spellings: readonly [string, string][] = [
    ['with padding', bytes.toString('base64')],
    ['without padding', bytes.toString('base64').replace(/=+$/, '')],
    ['in the alphabet of addresses', bytes.toString('base64url')],
    ['in lines of 76 characters', bytes.toString('base64').replace(/.{76}/g, '$&\r\n')],
    ['with a line break at the end', `${bytes.toString('base64')}\n`],
  ];
  spellings.forEach(([title, text]) => {
    it(`reads it ${title}`, () => {
      expect(decodeBase64Text(text)).to.deep.equal(bytes);
    });
  });

  it('reads nothing as no bytes', () => {
    expect(decodeBase64Text('')).to.deep.equal(Buffer.alloc(0));
  });

  [
    '!',
    'A',
    'AAAAA',
    'AA*A',
    '/9j/4AAQ<html>',
    'data:image/jpeg;base64,AAAA',
    'AA=A',
    '====',
    'AAAé',
  ].forEach((text) => {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(decodeBase64Text(text)).to.equal(undefined);
    });
  });
});

describe('writeBase64', () => {
  for (const length of [0, 1, 2, 3, 3071, 3072, 3073, 24_577, 49_151, 49_152, 49_153, 49_165, 100_000]) {
    it(`writes ${length} bytes in their place, and no more`, () => {
      const source = Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 256));
      const target = Buffer.alloc(base64Length(length) + 2, '.');
      expect(writeBase64(source, target, 1)).to.equal(target.length - 1);
      expect(target.toString()).to.equal(`.${source.toString('base64')}.`);
    });
  }

  it('writes each character at each of its places', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    // Turned by one place a round, every character comes to stand everywhere.
    const rounds = Array.from({ length: 64 }, (_, turn) => alphabet.slice(turn) + alphabet.slice(0, turn));
    const text = rounds.map((round) => `${round}A`).join('') + 'A'.repeat(64);
    const target = Buffer.alloc(text.length);
    writeBase64(Buffer.from(text, 'base64'), target, 0);
    expect(target.toString()).to.equal(text);
  });

  it('writes a view of a larger buffer without what lies around it', () => {
    const target = Buffer.alloc(4);
    writeBase64(new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4), target, 0);
    expect(target.toString()).to.equal('AQID');
  });
});

describe('decodeBase64Characters', () => {
  const long = Buffer.alloc(100_000, bytes);
  for (let length = 0; length < 4; length += 1) {
    const one = long.subarray(length);
    it(`reads ${one.byteLength} bytes in both alphabets, with padding and without`, () => {
      for (const text of [one.toString('base64'), one.toString('base64url')]) {
        expect(decodeBase64Characters(Buffer.from(text))?.equals(one)).to.equal(true);
      }
    });
  }

  it('refuses what is not base64 from its first character to its last', () => {
    const text = long.toString('base64');
    for (const stranger of ['!', ' ', '\n', '=', '\u00e9']) {
      for (const at of [0, 40_000, text.length - 5]) {
        const spoilt = Buffer.from(`${text.slice(0, at)}${stranger}${text.slice(at + 1)}`, 'latin1');
        expect(decodeBase64Characters(spoilt), `${stranger} at ${at}`).to.equal(undefined);
      }
    }
    for (const short of ['A', 'AAAAA', 'AA=', 'AAAA=', 'A===', '====']) {
      expect(decodeBase64Characters(Buffer.from(short)), short).to.equal(undefined);
    }
  });
});
