/** Sources that are Python packages: read when right, and of a wrong one every fault is told at once. */
import { expect } from 'chai';

import { parseManifest } from '../../../../gateway/repository/manifest.ts';
import { manifestVersions } from '../../../../gateway/repository/version-files.ts';
import { pipManifestOf, pipSourceOf } from '../../../support/made-up-wheel.ts';

function read(source: unknown, more: object = {}): ReturnType<typeof parseManifest> {
  const { files, ...manifest } = pipManifestOf(pipSourceOf(Buffer.from('weights')));
  expect(files).to.deep.equal([]);
  return parseManifest(JSON.stringify({ ...manifest, sources: [source], ...more }));
}

function faultsOf(source: unknown, more: object = {}): readonly string[] {
  const result = read(source, more);
  return result.ok ? [] : result.faults;
}

const right = pipSourceOf(Buffer.from('weights'));

describe('a source of the kind pip', () => {
  it('is read with all it can state, and needs no list of files', () => {
    const recipe = {
      dct: 'accurate',
      resize: 256,
      filter: 'bicubic',
      size: 224,
      mean: [127, 127, 127],
      deviation: [128, 128, 128],
      channels: 'rgb',
    };
    const full = { ...right, size: 1000, convert: { ...right.convert, recipe, onnx: true } };
    const result = read(full);
    expect(result.ok ? result.manifest.sources : result.faults).to.deep.equal([full]);
    expect(result.ok ? manifestVersions(result.manifest) : []).to.deep.equal([1]);
  });

  it('tells every fault at once', () => {
    const faults = faultsOf({
      kind: 'pip',
      package: '--index-url=elsewhere',
      version: '>=1',
      size: 0,
      weights: { path: '../weights.pth', size: 'large', sha256: 'abc', colour: 'red' },
      convert: {
        backgroundClass: 'yes',
        onnx: 1,
        recipe: { resize: 'a bit', filter: 'nearest', size: 0, mean: [1, 2], deviation: [1, 0, 1], zoom: 2 },
      },
    });
    expect(faults.map((fault) => fault.split(':', 1)[0])).to.have.members([
      'sources[0].package',
      'sources[0].version',
      'sources[0].size',
      'sources[0].weights.path',
      'sources[0].weights.size',
      'sources[0].weights.sha256',
      'sources[0].weights.colour',
      'sources[0].convert.architecture',
      'sources[0].convert.backgroundClass',
      'sources[0].convert.onnx',
      'sources[0].convert.recipe.resize',
      'sources[0].convert.recipe.filter',
      'sources[0].convert.recipe.size',
      'sources[0].convert.recipe.mean',
      'sources[0].convert.recipe.deviation[1]',
      'sources[0].convert.recipe.zoom',
    ]);
    expect(faults).to.include('sources[0].package: must be the name of a Python package');
    expect(faults).to.include(
      'sources[0].convert.architecture: is missing; add the name of the network that the weights belong to',
    );
  });

  for (const field of ['package', 'version', 'weights', 'convert']) {
    it(`says what to add when ${field} is missing`, () => {
      const source = Object.fromEntries(Object.entries(right).filter(([name]) => name !== field));
      expect(faultsOf(source)).to.have.length(1);
      expect(faultsOf(source)[0]).to.match(new RegExp(`^sources\\[0\\]\\.${field}: is missing; add `));
    });
  }

  for (const path of ['', '/a.pth', 'a/../../b.pth', 'a\\b.pth']) {
    it(`refuses the path ${JSON.stringify(path)} in a wheel`, () => {
      const [fault] = faultsOf({ ...right, weights: { ...right.weights, path } });
      expect(fault).to.match(/^sources\[0\]\.weights\.path: must be/);
    });
  }

  it('is what makes a list of files needless: without it, one must be there', () => {
    const archive = { kind: 'archive', url: 'http://localhost/m.tar.gz' };
    for (const more of [{}, { files: [] }]) {
      expect(faultsOf(archive, more)).to.deep.equal([
        'files: is missing; add a list of every file that is installed',
      ]);
    }
    expect(faultsOf(archive, { files: 'none' })).to.deep.equal(['files: must be a list of files']);
  });
});
