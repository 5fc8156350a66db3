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
});
