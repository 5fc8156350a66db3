/** Who answers /classify/resnet. */
import { expect } from 'chai';
import { resnetAlias } from '../../../../gateway/inference/resnet-alias.ts';

const official = 'resnet_v2_fp32_savedmodel_NHWC_jpg';

function alias(installed: readonly string[], wanted?: string): unknown {
  return resnetAlias({ wanted, installed, installCommand: (name) => `pull ${name}` });
}

describe('resnetAlias', () => {
  it('is the model that RESNET_MODEL names, whatever else is installed', () => {
    expect(alias([official, 'mine'], 'mine')).to.deep.equal({ kind: 'model', name: 'mine' });
  });

  it('is never another model when the named one is missing', () => {
    expect(alias([official], 'mine')).to.deep.equal({
      kind: 'missing',
      name: 'mine',
      installCommand: 'pull mine',
    });
  });

  it('is the first installed of the preferred models', () => {
    expect(alias(['other', 'cifar10-resnet', 'efficientnet-lite0'])).to.deep.equal({
      kind: 'model',
      name: 'efficientnet-lite0',
    });
    expect(alias(['cifar10-resnet', official])).to.deep.equal({ kind: 'model', name: official });
  });

  it('is a model of that very name before the preferred ones', () => {
    expect(alias([official, 'resnet'])).to.deep.equal({ kind: 'model', name: 'resnet' });
  });

  it('is the first installed model when none is preferred', () => {
    expect(alias(['b', 'a'])).to.deep.equal({ kind: 'model', name: 'b' });
  });

  it('is the official model, missing, on an empty server', () => {
    expect(alias([])).to.deep.equal({ kind: 'missing', name: official, installCommand: `pull ${official}` });
  });
});
