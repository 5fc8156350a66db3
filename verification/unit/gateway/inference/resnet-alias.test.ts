/** Who answers /classify/resnet. */
import { expect } from 'chai';
import {
  offerBesides,
  resnetAlias,
  type KnownModel,
  type ResnetAlias,
} from '../../../../gateway/inference/resnet-alias.ts';

const official = 'resnet_v2_fp32_savedmodel_NHWC_jpg';

const installed = (name: string): KnownModel => ({ name, isInstalled: true });
const unreadable = (name: string): KnownModel => ({ name, isInstalled: true, isUnreadable: true });
const pullable = (name: string): KnownModel => ({
  name,
  isInstalled: false,
  installCommand: `pull ${name}`,
});

function alias(models: readonly KnownModel[], wanted?: string): ResnetAlias {
  return resnetAlias({ wanted, models });
}

describe('resnetAlias', () => {
  it('is the model that an id of Hugging Face in RESNET_MODEL means', () => {
    const stated = { ...installed('mine'), huggingFaceId: 'microsoft/resnet-50' };
    expect(alias([installed(official), stated], 'microsoft/resnet-50')).to.deep.equal({
      kind: 'model',
      name: 'mine',
    });
    expect(alias([stated], 'google/vit')).to.deep.equal({
      kind: 'unknown',
      name: 'google/vit',
      known: ['mine'],
    });
  });

  it('is the model that RESNET_MODEL names, whatever else is installed', () => {
    expect(alias([installed(official), installed('mine')], 'mine')).to.deep.equal({
      kind: 'model',
      name: 'mine',
    });
  });

  it('is never another model when the named one is not installed', () => {
    expect(alias([installed(official), pullable('mine')], 'mine')).to.deep.equal({
      kind: 'missing',
      name: 'mine',
      installCommand: 'pull mine',
    });
  });

  it('advises no command that cannot work: a name nobody knows comes with those that are known', () => {
    expect(alias([installed(official), pullable('mine')], 'nope')).to.deep.equal({
      kind: 'unknown',
      name: 'nope',
      known: [official, 'mine'],
    });
    const folderOnly = { name: 'mine', isInstalled: false };
    expect(alias([folderOnly], 'mine')).to.deep.equal({
      kind: 'missing',
      name: 'mine',
      installCommand: undefined,
    });
  });

  it('is the first installed of the preferred models', () => {
    const preferred = ['efficientnet-lite0', 'cifar10-resnet'].map(installed);
    expect(alias([installed('other'), ...preferred.reverse()])).to.deep.equal({
      kind: 'model',
      name: 'efficientnet-lite0',
    });
    expect(alias([...preferred, installed(official)])).to.deep.equal({ kind: 'model', name: official });
    expect(alias([installed('a'), installed('cifar10-resnet'), pullable(official)])).to.deep.equal({
      kind: 'model',
      name: 'cifar10-resnet',
    });
  });

  it('is a model of that very name before the preferred ones', () => {
    expect(alias([installed(official), installed('resnet')])).to.deep.equal({
      kind: 'model',
      name: 'resnet',
    });
  });

  it('is the first installed model when none is preferred', () => {
    expect(alias([pullable('c'), installed('b'), installed('a')])).to.deep.equal({
      kind: 'model',
      name: 'b',
    });
  });

  it('passes over a model that cannot be read when nobody has meant it', () => {
    expect(alias([unreadable('a'), installed('b')])).to.deep.equal({ kind: 'model', name: 'b' });
    expect(alias([unreadable('a'), pullable(official)])).to.deep.equal({ kind: 'model', name: 'a' });
  });

  it('lets no other model answer for one that was meant and cannot be read', () => {
    for (const name of ['resnet', official, 'cifar10-resnet']) {
      expect(alias([installed('b'), unreadable(name)]), name).to.deep.equal({ kind: 'model', name });
    }
    expect(alias([unreadable('a'), installed('b')], 'a')).to.deep.equal({ kind: 'model', name: 'a' });
  });

  it('is, on an empty server, the first preferred model that a command can install', () => {
    const offered = [pullable('a'), pullable('efficientnet-lite0')];
    expect(alias([...offered, pullable(official)])).to.have.property('name', official);
    expect(alias(offered)).to.deep.equal({
      kind: 'missing',
      name: 'efficientnet-lite0',
      installCommand: 'pull efficientnet-lite0',
    });
    expect(alias([])).to.deep.equal({ kind: 'unknown', name: official, known: [] });
  });
});

describe('offerBesides', () => {
  const lite = pullable('efficientnet-lite0');

  it('offers the ImageNet model while the bundled one answers', () => {
    const models = [installed('cifar10-resnet'), lite];
    expect(offerBesides(alias(models), models)).to.equal(lite);
  });

  it('offers nothing to whoever has a model of their own, chose one, or can pull none', () => {
    const own = [installed('mine'), lite];
    expect(offerBesides(alias(own), own)).to.equal(undefined);
    const both = [installed('cifar10-resnet'), installed('efficientnet-lite0')];
    expect(offerBesides(alias(both, 'cifar10-resnet'), both)).to.equal(undefined);
    expect(offerBesides({ kind: 'missing', name: 'cifar10-resnet' }, [lite])).to.equal(undefined);
  });
});
