/** What is read of a `model-settings.json`, and everything that can be wrong with one. */
import { expect } from 'chai';
import { parseModelSettings } from '../../../../gateway/repository/model-settings.ts';

const parse = (value: unknown) => parseModelSettings(JSON.stringify(value));

function settingsOf(value: unknown) {
  const result = parse(value);
  if (!result.ok) throw new Error(result.faults.join('; '));
  return result.settings;
}

function faultsOf(value: unknown): readonly string[] {
  const result = parse(value);
  return result.ok ? [] : result.faults;
}

describe('model-settings.json', () => {
  it('gives name, class, version, place and id', () => {
    const settings = settingsOf({
      name: 'resnet-50',
      implementation: 'mlserver_huggingface.HuggingFaceRuntime',
      parameters: {
        uri: './model',
        version: 'v0.1.0',
        extra: { task: 'image-classification', pretrained_model: 'microsoft/resnet-50', device: -1 },
      },
    });
    expect(settings).to.include({
      name: 'resnet-50',
      implementation: 'mlserver_huggingface.HuggingFaceRuntime',
      uri: './model',
      version: 'v0.1.0',
      huggingFaceId: 'microsoft/resnet-50',
    });
  });

  it('takes null and empty texts for nothing, and a number for a version', () => {
    const nothing = { name: '', implementation: null, parameters: { uri: null, version: 3, extra: null } };
    expect(settingsOf(nothing)).to.deep.include({ name: undefined, uri: undefined, version: '3' });
    expect(settingsOf({ parameters: null, inputs: null })).to.deep.include({ version: undefined });
    expect(settingsOf({})).to.deep.include({ name: undefined });
  });

  it('takes fields that it does not know, at every depth', () => {
    const unknown = { future: 1, parameters: { future: 2, extra: { future: 3 } }, cache_enabled: 'yes' };
    expect(settingsOf(unknown).name).to.equal(undefined);
  });

  it('takes no path for an id', () => {
    const extra = { pretrained_model: './weights' };
    expect(settingsOf({ parameters: { extra } }).huggingFaceId).to.equal(undefined);
  });

  it('gives the content types', () => {
    const tensor = { datatype: 'BYTES', shape: [-1] };
    const { contentTypes } = settingsOf({
      inputs: [{ ...tensor, name: 'images', parameters: { content_type: 'pillow_image' } }],
      outputs: [
        { ...tensor, name: 'output', parameters: { content_type: 'hg_jsonlist' } },
        { ...tensor, name: 'x' },
      ],
      parameters: { content_type: 'hf' },
    });
    expect(contentTypes).to.deep.equal({
      request: 'hf',
      inputs: new Map([['images', 'pillow_image']]),
      outputs: ['hg_jsonlist'],
    });
  });

  it('names every fault at once, each with its path', () => {
    const faults = faultsOf({
      name: 'my model',
      implementation: 7,
      inputs: [{ datatype: 'BYTES' }],
      outputs: {},
      parameters: { uri: 5, version: {}, content_type: 1, extra: { pretrained_model: false } },
    });
    const paths = faults.map((fault) => fault.split(':', 1)[0]);
    expect(paths).to.have.members([
      'name',
      'implementation',
      'inputs[0].name',
      'outputs',
      'parameters.uri',
      'parameters.version',
      'parameters.content_type',
      'parameters.extra.pretrained_model',
    ]);
    expect(faults).to.include('inputs[0].name: is missing; add the name of the tensor');
  });

  it('judges no field that decides nothing', () => {
    const others = { platform: [], versions: 2, max_batch_size: -1, inputs: [{ name: 'x', shape: 'any' }] };
    expect(parse({ name: 'right', ...others }).ok).to.equal(true);
  });

  for (const version of [-1, 1.5, 1e300, true, 'x'.repeat(101), 'a\u001b[31mb', 'a\nb']) {
    it(`refuses the version ${JSON.stringify(version).slice(0, 20)} in words of its own`, () => {
      expect(faultsOf({ name: 'm', parameters: { version } })).to.deep.equal([
        'parameters.version: must be a version, a text of at most 100 characters such as "v0.1.0" or a whole number',
      ]);
    });
  }

  it('says where an id belongs that stands for a name', () => {
    expect(faultsOf({ name: 'microsoft/resnet-50' })).to.have.length(1);
    expect(faultsOf({ name: 'microsoft/resnet-50' })[0]).to.include('parameters.extra.pretrained_model');
  });

  it('keeps a right name beside wrong fields', () => {
    expect(parse({ name: 'right', parameters: 4 })).to.deep.include({ ok: false, name: 'right' });
  });

  for (const text of ['', '{', '[]', '"text"', 'null']) {
    it(`refuses ${JSON.stringify(text)} as a whole`, () => {
      const result = parseModelSettings(text);
      expect(result.ok).to.equal(false);
      expect(result.ok ? [] : result.faults).to.have.length(1);
    });
  }
});
