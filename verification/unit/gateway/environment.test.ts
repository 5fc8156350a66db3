/** Forms accept what they say they expect and nothing else, and a reader reports all faults together. */
import { expect } from 'chai';
import {
  addressList,
  nameList,
  automatic,
  choice,
  choices,
  fallbackTextOf,
  flagOf,
  pathList,
  SettingReader,
  text,
  wholeNumber,
  type Setting,
} from '../../../gateway/environment.ts';

const port: Setting<number> = {
  variable: 'IC_PORT',
  group: 'Network',
  form: wholeNumber({ min: 1, max: 65_535 }),
  fallback: 5000,
  help: 'Port',
};
const folder: Setting<string | undefined> = {
  variable: 'CACHE_DIR',
  group: 'Models',
  form: text,
  fallback: undefined,
  fallbackText: 'none',
  help: 'Folder',
};

describe('environment', () => {
  it('derives the flag from the variable', () => {
    expect(flagOf(port)).to.equal('--ic-port');
  });

  it('shows a default as a person reads it', () => {
    expect(fallbackTextOf(port)).to.equal('5000');
    expect(fallbackTextOf(folder)).to.equal('none');
    expect(fallbackTextOf({ ...folder, fallback: ['jpeg', 'png'], fallbackText: 'both' })).to.equal('both');
    const list: Setting<readonly string[]> = { ...port, form: choices(['a', 'b']), fallback: ['a', 'b'] };
    expect(fallbackTextOf(list)).to.equal('a,b');
  });

  describe('a whole number', () => {
    const form = wholeNumber({ min: 1, max: 1000 });
    for (const [given, expected] of [
      ['1', 1],
      ['1000', 1000],
      ['1_000', 1000],
      ['007', 7],
    ] as const)
      it(`reads ${given}`, () => {
        expect(form.parse(given)).to.equal(expected);
      });

    for (const given of ['0', '1001', '-1', '1.5', '1e2', '0x10', 'ten', ' ', '1_', '9007199254740993'])
      it(`refuses "${given}"`, () => {
        expect(form.parse(given)).to.equal(undefined);
      });

    it('refuses a number too large to count exactly even without an upper bound', () => {
      expect(wholeNumber({ min: 0 }).parse('9007199254740993')).to.equal(undefined);
    });
  });

  it('reads a choice without regard to case', () => {
    const form = choice(['latest', 'all']);
    expect(form.parse('ALL')).to.equal('all');
    expect(form.parse('some')).to.equal(undefined);
  });

  it('reads a list of choices, each once, and refuses the list for one stranger', () => {
    const form = choices(['jpeg', 'png', 'webp']);
    expect(form.parse('png, jpeg,png')).to.deep.equal(['png', 'jpeg']);
    expect(form.parse('png,gif')).to.equal(undefined);
    expect(form.parse('png,')).to.equal(undefined);
  });

  it('reads a path list and drops empty parts', () => {
    expect(pathList(':').parse('models::/srv/models')).to.deep.equal(['models', '/srv/models']);
    expect(pathList(':').parse('::')).to.equal(undefined);
  });

  it('reads where servers are, with a port or without', () => {
    expect(addressList.parse('tf-serving, 10.0.0.7:8500,[fe80::1]')).to.deep.equal([
      { host: 'tf-serving', port: undefined },
      { host: '10.0.0.7', port: 8500 },
      { host: 'fe80::1', port: undefined },
    ]);
  });

  it('refuses all of a list of servers for one that cannot be read', () => {
    for (const given of [',', 'a,http://b', 'a:0', 'a:65536', 'a:', '::1', '[::1', 'a b', 'a/b']) {
      expect(addressList.parse(given), given).to.equal(undefined);
    }
  });

  it('reads names, each once, and none at all', () => {
    expect(nameList.parse(' a,b ,,a')).to.deep.equal(['a', 'b']);
    expect(nameList.parse('')).to.deep.equal([]);
  });

  it('keeps the word auto apart from numbers', () => {
    const form = automatic(wholeNumber({ min: 1 }));
    expect(form.parse('auto')).to.equal('auto');
    expect(form.parse('3')).to.equal(3);
    expect(form.parse('some')).to.equal(undefined);
  });

  it('names origin, value and expected form of every fault, and goes on with the defaults', () => {
    const reader = new SettingReader(
      new Map([
        ['IC_PORT', { text: '70000', origin: 'IC_PORT in .env' }],
        ['CACHE_DIR', { text: '/tmp', origin: '--cache-dir' }],
      ]),
    );
    expect(reader.read(port)).to.equal(5000);
    expect(reader.read(folder)).to.equal('/tmp');
    expect(reader.faults).to.deep.equal([
      'IC_PORT in .env is "70000"; expected a whole number from 1 to 65535.',
    ]);
  });
});
