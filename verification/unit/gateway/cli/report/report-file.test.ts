/** Where a report may go, and that it arrives whole or not at all. */
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import {
  reportNameFault,
  reportPlaceFault,
  writeReportFile,
} from '../../../../../gateway/cli/report/report-file.ts';

describe('the report’s file', () => {
  let folder = '';
  const place = (...names: readonly string[]): string => path.join(folder, ...names);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fovea-report-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is an HTML file by its name, so that no picture is overwritten by a slip', () => {
    expect(reportNameFault('report.html')).to.equal(undefined);
    expect(reportNameFault('REPORT.HTM')).to.equal(undefined);
    expect(reportNameFault('cat.jpg')).to.equal(
      '--report "cat.jpg" must name an HTML file, such as report.html.',
    );
  });

  it('may be new or there already; looking changes nothing', async () => {
    expect(await reportPlaceFault(place('new.html'))).to.equal(undefined);
    await writeFile(place('old.html'), 'old');
    expect(await reportPlaceFault(place('old.html'))).to.equal(undefined);
    expect(await readdir(folder)).to.deep.equal(['old.html']);
    expect(await readFile(place('old.html'), 'utf8')).to.equal('old');
  });

  it('says why it cannot be written', async () => {
    expect(await reportPlaceFault(place('no', 'report.html'))).to.match(
      /its folder does not exist; make it first\.$/,
    );
    await writeFile(place('file'), '');
    expect(await reportPlaceFault(place('file', 'report.html'))).to.match(/its folder is a file\.$/);
    await mkdir(place('folder.html'));
    expect(await reportPlaceFault(place('folder.html'))).to.match(/it is not a file\.$/);
    expect(await reportPlaceFault(place(`${'x'.repeat(300)}.html`))).to.match(/name is too long/);
  });

  it('replaces what was there and leaves nothing else', async () => {
    await writeFile(place('report.html'), 'old');
    expect(await writeReportFile(place('report.html'), 'new')).to.equal(undefined);
    expect(await readFile(place('report.html'), 'utf8')).to.equal('new');
    expect(await readdir(folder)).to.deep.equal(['report.html']);
  });

  it('writes what a link leads to and keeps the link', async () => {
    await mkdir(place('elsewhere'));
    await writeFile(place('elsewhere', 'real.html'), 'old');
    await symlink(place('elsewhere', 'real.html'), place('report.html'));
    expect(await writeReportFile(place('report.html'), 'new')).to.equal(undefined);
    expect((await lstat(place('report.html'))).isSymbolicLink()).to.equal(true);
    expect(await readFile(place('elsewhere', 'real.html'), 'utf8')).to.equal('new');
  });

  it('gives a sentence and leaves nothing behind when writing fails', async () => {
    await mkdir(place('report.html'));
    expect(await writeReportFile(place('report.html'), 'new')).to.match(/cannot be written: /);
    expect(await readdir(folder)).to.deep.equal(['report.html']);
  });
});
