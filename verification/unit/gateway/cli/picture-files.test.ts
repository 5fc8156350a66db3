/** Which files a command line means by the files, folders and links it names. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { findPictures } from '../../../../gateway/cli/picture-files.ts';

const mayReadAll = process.getuid === undefined || process.getuid() === 0;

describe('findPictures', () => {
  let root: string;
  const at = (...parts: readonly string[]): string => path.join(root, ...parts);
  const find = (...words: readonly string[]) => findPictures(words, ['.jpg', '.jpeg']);

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'fovea-files-'));
    await mkdir(at('photos', 'deep', 'deeper'), { recursive: true });
    await mkdir(at('empty'));
    for (const name of ['photos/b.jpg', 'photos/a.JPEG', 'photos/note.txt', 'photos/deep/deeper/c.jpg'])
      await writeFile(at(name), name);
    await writeFile(at('picture'), 'no ending');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('takes a file whatever its name, and of a folder what ends as pictures do, sorted', async () => {
    expect(await find(at('picture'), at('photos'))).to.deep.equal({
      files: [
        at('picture'),
        at('photos', 'a.JPEG'),
        at('photos', 'b.jpg'),
        at('photos', 'deep', 'deeper', 'c.jpg'),
      ],
      faults: [],
    });
  });

  it('keeps the order of the words', async () => {
    const { files } = await find(at('photos', 'b.jpg'), at('photos', 'a.JPEG'));
    expect(files.map((file) => path.basename(file))).to.deep.equal(['b.jpg', 'a.JPEG']);
  });

  it('follows links to files inside a folder, and leaves dangling ones alone', async () => {
    await symlink(at('picture'), at('empty', 'link.jpg'));
    await symlink(at('nowhere'), at('empty', 'dangling.jpg'));
    expect(await find(at('empty'))).to.deep.equal({ files: [at('empty', 'link.jpg')], faults: [] });
  });

  it('does not walk in circles through links to folders', async () => {
    await symlink(at('photos'), at('photos', 'deep', 'again.jpg'));
    const { files, faults } = await find(at('photos'));
    expect(files).to.have.length(3);
    expect(faults).to.deep.equal([]);
  });

  it('enters a folder that is named through a link', async () => {
    await symlink(at('photos'), at('album'));
    const { files } = await find(at('album'));
    expect(files).to.include(at('album', 'b.jpg')).and.have.length(3);
  });

  it('says what is missing, what holds no picture, and goes on', async () => {
    const { files, faults } = await find(at('nowhere'), at('empty'), at('picture'));
    expect(files).to.deep.equal([at('picture')]);
    expect(faults).to.deep.equal([
      `There is no file or folder ${at('nowhere')}.`,
      `The folder ${at('empty')} holds no picture (.jpg, .jpeg).`,
    ]);
  });

  it(`says which folder cannot be read, instead of that it is empty${mayReadAll ? ' (skipped: root may read everything)' : ''}`, async function () {
    if (mayReadAll) this.skip();
    await chmod(at('photos', 'deep'), 0);
    const { files, faults } = await find(at('photos'));
    await chmod(at('photos', 'deep'), 0o700);
    expect(files).to.have.length(2);
    expect(faults).to.deep.equal([
      `The folder ${at('photos', 'deep')} cannot be read; check its permissions.`,
    ]);
  });
});
