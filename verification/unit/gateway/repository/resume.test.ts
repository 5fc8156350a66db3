/** An interrupted pull goes on where it stopped, and starts over when the rest would not fit. */
import { expect } from 'chai';

import { archiveOf, madeUpFiles, noise } from '../../../support/made-up-model.ts';
import { archiveAt, filesAt, PullFixture } from './pull-fixture.ts';

describe('resuming a pull', () => {
  const fixture = new PullFixture();
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());
  const archive = archiveOf(madeUpFiles());

  /** Pulls until some bytes have arrived, then stops as Ctrl-C does; the bytes that lie on disk. */
  async function interruptedPull(sources: Parameters<PullFixture['pull']>[0]['sources']): Promise<number> {
    const stop = new AbortController();
    let bytes = 0;
    const outcome = await fixture
      .pull({
        sources: sources ?? [],
        signal: stop.signal,
        onProgress: (progress) => {
          bytes = progress.bytes;
          if (bytes > 100_000) {
            stop.abort();
          }
        },
      })
      .then(
        () => 'installed',
        () => 'stopped',
      );
    expect(outcome).to.equal('stopped');
    expect(await fixture.installed()).to.equal(undefined);
    return bytes;
  }

  for (const kind of ['archive', 'files'] as const) {
    it(`takes up a cut connection at the next byte (${kind})`, async () => {
      const cutAfterBytes = 150_000;
      const behaviour = { cutAfterBytes };
      const server =
        kind === 'archive'
          ? await fixture.archiveServer(archive, behaviour)
          : await fixture.filesServer(behaviour);
      await fixture.pull({ sources: [kind === 'archive' ? archiveAt(server) : filesAt(server)] });
      expect(await fixture.installed()).to.deep.equal(fixture.files);
      const ranges = server.requests.filter(({ range }) => range !== undefined);
      const [resumed] = ranges;
      const whole = kind === 'archive' ? archive.length : 400_000;
      const start = Number(/^bytes=(\d+)-$/.exec(resumed?.range ?? '')?.[1]);
      expect(ranges).to.have.length(1);
      expect(start).to.be.greaterThan(0).and.at.most(cutAfterBytes);
      expect(resumed?.sentBytes).to.equal(whole - start);
    });
  }

  it('goes on in a later pull after Ctrl-C, with the bytes it has', async () => {
    const server = await fixture.archiveServer(archive, { pauseMilliseconds: 2 });
    const bytes = await interruptedPull([archiveAt(server)]);
    await fixture.pull({ sources: [archiveAt(server)] });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
    const second = server.requests.at(-1);
    expect(second?.range).to.equal(`bytes=${bytes}-`);
    expect(second?.ifRange).to.match(/^"/);
    expect(second?.sentBytes).to.equal(archive.length - bytes);
    expect(await fixture.names()).to.deep.equal(['7', 'labels.txt']);
  });

  it('does not fetch again the single files that were complete', async () => {
    const server = await fixture.filesServer({ pauseMilliseconds: 2 });
    await interruptedPull([filesAt(server)]);
    const before = server.requests.length;
    await fixture.pull({ sources: [filesAt(server)] });
    expect(await fixture.installed()).to.deep.equal(fixture.files);
    expect(server.requests.slice(before).map((request) => request.path)).to.deep.equal([
      '/files/7/variables/variables.data-00000-of-00001',
    ]);
  });

  it('goes on without an entity tag when the size is still the same', async () => {
    const server = await fixture.archiveServer(archive, { pauseMilliseconds: 2, hasNoTag: true });
    const bytes = await interruptedPull([archiveAt(server)]);
    await fixture.pull({ sources: [archiveAt(server)] });
    expect(server.requests.at(-1)?.sentBytes).to.equal(archive.length - bytes);
    expect(await fixture.installed()).to.deep.equal(fixture.files);
  });

  it('starts over when the server ignores ranges', async () => {
    const server = await fixture.archiveServer(archive, { pauseMilliseconds: 2, ignoresRanges: true });
    await interruptedPull([archiveAt(server)]);
    await fixture.pull({ sources: [archiveAt(server)] });
    expect(server.requests.at(-1)?.sentBytes).to.equal(archive.length);
    expect(await fixture.installed()).to.deep.equal(fixture.files);
  });

  for (const hasNoTag of [false, true]) {
    it(`starts over when the file has changed meanwhile (${hasNoTag ? 'no entity tag' : 'entity tag'})`, async () => {
      const server = await fixture.archiveServer(
        archiveOf({ ...fixture.files, '7/extra': noise(9_000, 'old') }),
        {
          pauseMilliseconds: 2,
          hasNoTag,
        },
      );
      await interruptedPull([archiveAt(server)]);
      server.serve('/made-up.tar.gz', archive);
      await fixture.pull({ sources: [archiveAt(server)] });
      expect(server.requests.at(-1)?.sentBytes).to.equal(archive.length);
      expect(await fixture.installed()).to.deep.equal(fixture.files);
    });
  }

  it('keeps what has arrived when the server then goes away', async () => {
    const server = await fixture.archiveServer(archive, { pauseMilliseconds: 2 });
    const bytes = await interruptedPull([archiveAt(server)]);
    server.behaviour.status = 503;
    expect(await fixture.refusal({ sources: [archiveAt(server)] })).to.include('status 503');
    delete server.behaviour.status;
    await fixture.pull({ sources: [archiveAt(server)] });
    expect(server.requests.at(-1)?.range).to.equal(`bytes=${bytes}-`);
    expect(await fixture.installed()).to.deep.equal(fixture.files);
  });
});
