/** Which model an id of the Hugging Face hub means. */
import { expect } from 'chai';
import { isHuggingFaceId, meantName, modelOfId } from '../../../../gateway/domain/hugging-face-id.ts';

describe('an id of the Hugging Face hub', () => {
  it('is an owner, a slash and a name', () => {
    for (const id of ['microsoft/resnet-50', 'google/vit-base-patch16-224', 'timm/a.b_c']) {
      expect(isHuggingFaceId(id), id).to.equal(true);
    }
    for (const text of [
      'resnet-50',
      'a/b/c',
      './model',
      '../up',
      '/absolute',
      'a/',
      's3://a',
      'a/../b',
      '',
    ]) {
      expect(isHuggingFaceId(text), text).to.equal(false);
    }
  });

  const named = (id: string, models: Parameters<typeof modelOfId>[1]): string | undefined =>
    modelOfId(id, models)?.name;

  it('means the model that is said to be that one, whatever it is called', () => {
    const models = [{ name: 'resnet-50' }, { name: 'mine', huggingFaceId: 'Microsoft/ResNet-50' }];
    expect(named('microsoft/resnet-50', models)).to.equal('mine');
  });

  it('means a model of that name, the one with the owner first', () => {
    const models = [{ name: 'resnet-50' }, { name: 'microsoft--resnet-50' }];
    expect(named('microsoft/resnet-50', models)).to.equal('microsoft--resnet-50');
    expect(named('timm/resnet-50', models)).to.equal('resnet-50');
  });

  it('never means a model that is said to be another one', () => {
    expect(named('timm/resnet-50', [{ name: 'resnet-50', huggingFaceId: 'microsoft/resnet-50' }])).to.equal(
      undefined,
    );
  });

  it('stays what it is when no model is meant, and so does every other name', () => {
    const models = [{ name: 'resnet-50' }];
    expect(meantName('google/vit', models)).to.equal('google/vit');
    expect(meantName('RESNET-50', models)).to.equal('RESNET-50');
    expect(meantName('microsoft/resnet-50', models)).to.equal('resnet-50');
  });
});
