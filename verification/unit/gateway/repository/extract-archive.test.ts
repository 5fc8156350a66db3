/** Archives that could write outside the model's folder, or fill the disk, are refused as a whole. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';

import { extractArchive } from '../../../../gateway/repository/extract-archive.ts';
import { filesOfVersion } from '../../../../gateway/repository/version-files.ts';
import { archiveOf, madeUpFiles, manifestOf, noise } from '../../../support/made-up-model.ts';
import { tarArchive, type ArchiveEntry } from '../../../support/tar-archive.ts';
import { archiveAt, PullFixture } from './pull-fixture.ts';

const content = Buffer.from('evil');

const hostile: readonly (ArchiveEntry & { readonly what: string; readonly words: string })[] = [
  { what: 'a path that climbs', path: '../evil', content, words: '"../evil" would land outside' },
  { what: 'a path that climbs inside', path: 'a/../../evil', content, words: 'would land outside' },
  {
    what: 'an absolute path',
    path: '/tmp/fovea-evil',
    content,
    words: '"/tmp/fovea-evil" would land outside',
  },
  { what: 'a path with backslashes', path: '..\\evil', content, words: 'would land outside' },
  { what: 'a drive letter', path: 'C:/evil', content, words: 'would land outside' },
  { what: 'a symbolic link', path: 'link', type: '2', linkTarget: '/etc', words: 'is a SymbolicLink' },
  { what: 'a hard link', path: 'link', type: '1', linkTarget: '/etc/passwd', words: 'is a Link' },
  { what: 'a device', path: 'device', type: '3', words: 'is a CharacterDevice' },
  { what: 'a climbing folder', path: '../evil/', type: '5', words: 'would land outside' },
];

describe('extractArchive, through a pull', () => {
  const fixture = new PullFixture();
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());

  for (const { what, words, ...entry } of hostile) {
    for (const place of ['before', 'behind'] as const) {
      it(`refuses ${what} ${place} the right files and installs nothing`, async () => {
        const files = Object.entries(fixture.files).map(([filePath, bytes]) => ({
          path: filePath,
          content: bytes,
        }));
        const archive = tarArchive(place === 'before' ? [entry, ...files] : [...files, entry]);
        const server = await fixture.archiveServer(archive);
        expect(await fixture.refusal({ sources: [archiveAt(server)] })).to.include(words);
        expect(await fixture.names()).to.deep.equal(['labels.txt']);
        expect(await readdir(path.dirname(fixture.folder))).to.deep.equal(['made-up']);
        expect(existsSync('/tmp/fovea-evil')).to.equal(false);
      });
    }
  }

  it('refuses an archive that holds a file twice', async () => {
    const again = { path: 'second/7/saved_model.pb', content: noise(3_000, 'graph') };
    const server = await fixture.archiveServer(archiveOf(fixture.files, [again]));
    expect(await fixture.refusal({ sources: [archiveAt(server)] })).to.include(
      'holds saved_model.pb more than once',
    );
  });

  it('refuses a file that says it has another size than the manifest', async () => {
    const server = await fixture.archiveServer(
      archiveOf({ ...fixture.files, '7/saved_model.pb': noise(2_999, 'graph') }),
    );
    const sentence = await fixture.refusal({ sources: [archiveAt(server)] });
    expect(sentence).to.include('saved_model.pb in it has 2999 bytes where the manifest says 3000');
  });

  for (const [what, bytes] of [
    ['a web page', Buffer.from('<html>Please log in</html>'.repeat(100))],
    ['a truncated archive', archiveOf(madeUpFiles()).subarray(0, 200_000)],
    ['compressed nonsense', gzipSync(noise(20_000, 'nonsense'))],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    it(`refuses ${what} instead of an archive`, async () => {
      const server = await fixture.archiveServer(bytes);
      expect(await fixture.refusal({ sources: [archiveAt(server)] })).to.match(/damaged|is missing/);
      expect(await fixture.names()).to.deep.equal(['labels.txt']);
    });
  }

  it('stops at the entry that would unpack to more than is allowed', async () => {
    const folder = path.join(await fixture.folders.make(), 'out');
    await mkdir(folder);
    const archive = path.join(path.dirname(folder), 'bomb.tar.gz');
    await writeFile(archive, archiveOf(fixture.files, [{ path: 'zeros', content: Buffer.alloc(1_000_000) }]));
    const files = filesOfVersion(manifestOf(fixture.files, []), 7);
    const request = { archive, version: 7, files, folder, signal: new AbortController().signal };
    const told = await extractArchive({ ...request, maximumBytes: 500_000 }).then(() => 'unpacked', String);
    expect(told).to.include('unpacks to more than the 500000 bytes');
    await extractArchive({ ...request, maximumBytes: 2_000_000 });
    expect(await readdir(folder)).to.have.members(['saved_model.pb', 'variables']);
  });
});
