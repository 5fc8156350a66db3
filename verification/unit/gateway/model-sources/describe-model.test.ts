/** What a manifest says of a background class is what the data plane hears. */
import { expect } from 'chai';
import { modelToServe } from '../../../../gateway/model-sources/describe-model.ts';
import { parseManifest } from '../../../../gateway/repository/manifest.ts';
import { madeUpFiles, manifestOf } from '../../../support/made-up-model.ts';

const plain = manifestOf(madeUpFiles(), [{ kind: 'archive', url: 'http://localhost/m.tar.gz' }]);

function hasBackgroundClass(more: object): boolean | undefined {
  const result = parseManifest(JSON.stringify({ ...plain, ...more }));
  if (!result.ok) throw new Error(result.faults.join('\n'));
  const { manifest } = result;
  const model = { name: 'm', folder: '', labels: undefined, versions: [], unreadable: undefined, faults: [] };
  return modelToServe({ ...model, manifest }, []).facts.hasBackgroundClass;
}

describe('modelToServe', () => {
  it('knows from the manifest whether class 0 is a background, with labels or without', () => {
    expect(hasBackgroundClass({})).to.equal(undefined);
    for (const backgroundClass of [true, false]) {
      expect(hasBackgroundClass({ backgroundClass })).to.equal(backgroundClass);
      expect(hasBackgroundClass({ labels: { file: 'labels.txt', backgroundClass } })).to.equal(
        backgroundClass,
      );
    }
  });

  it('hears of MLServer’s settings: id, content types, title, and why it cannot be served', () => {
    const contentTypes = { request: 'hf', inputs: new Map<string, string>(), outputs: [] };
    const settings = {
      name: 'm',
      implementation: 'sum.Model',
      version: undefined,
      uri: undefined,
      huggingFaceId: undefined,
      contentTypes,
    };
    const bare = {
      name: 'm',
      folder: '',
      labels: undefined,
      versions: [],
      unreadable: undefined,
      faults: [],
    };
    const model = { ...bare, manifest: undefined, settings, refusal: 'It is not there.' };
    const { facts, fault } = modelToServe(model, []);
    expect(fault).to.equal('It is not there.');
    expect(facts).to.include({ title: 'made for sum.Model, which is not run', contentTypes });
    const named = { ...model, settings: { ...settings, huggingFaceId: 'google/vit' } };
    expect(modelToServe(named, []).facts).to.include({ title: 'google/vit', huggingFaceId: 'google/vit' });
    const parsed = parseManifest(JSON.stringify({ ...plain, huggingFace: 'timm/vit' }));
    if (!parsed.ok) throw new Error(parsed.faults.join());
    const { facts: both } = modelToServe({ ...named, manifest: parsed.manifest }, []);
    expect(both).to.include({ title: parsed.manifest.title, huggingFaceId: 'timm/vit' });
  });
});
