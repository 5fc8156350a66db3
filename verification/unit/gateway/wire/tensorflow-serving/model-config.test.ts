/** Configurations of models: the text that people write, the message that clients send. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import type {
  ModelServerConfigMessage,
  ReloadConfigRequestMessage,
} from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import {
  fromModelServerConfig,
  toModelServerConfig,
} from '../../../../../gateway/wire/tensorflow-serving/model-config-proto.ts';
import {
  readModelConfigText,
  writeModelConfigText,
} from '../../../../../gateway/wire/tensorflow-serving/model-config-text.ts';
import type { ModelConfiguration } from '../../../../../gateway/wire/tensorflow-serving/model-configuration.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { recordedMessages } from '../recorded.ts';

const model = (name: string, rest: Partial<ModelConfiguration> = {}): ModelConfiguration => ({
  name,
  basePath: `/models/${name}`,
  platform: '',
  versionPolicy: { kind: 'latest', count: 1 },
  versionLabels: new Map(),
  ...rest,
});

/** What CONFIG of record-tensor-protos.py says. */
const recorded: readonly ModelConfiguration[] = [
  model('resnet', {
    platform: 'tensorflow',
    versionPolicy: { kind: 'specific', versions: [1, 42] },
    versionLabels: new Map([
      ['stable', 1],
      ["canaryA'", 42],
    ]),
  }),
  model('bö', { basePath: '/models/b', versionPolicy: { kind: 'all' } }),
  model('c', { versionPolicy: { kind: 'specific', versions: [3, 4] } }),
  model('d', { versionPolicy: { kind: 'latest', count: 2 } }),
  model('e'),
];

const codec = messageType<ReloadConfigRequestMessage>('tensorflow.serving.ReloadConfigRequest');

describe('readModelConfigText', () => {
  it('reads every way of writing that TensorFlow Serving’s reader took', () => {
    expect(readModelConfigText(recordedMessages.configuration.text)).to.deep.equal(recorded);
  });

  it('reads what protobuf’s own writer wrote', () => {
    const models = readModelConfigText(recordedMessages.configuration.written);
    expect(new Map(models[0]?.versionLabels)).to.deep.equal(recorded[0]?.versionLabels);
    expect(models).to.deep.equal(recorded);
  });

  it('reads back what it wrote, whatever stands in the names', () => {
    const odd = [...recorded, model('"\\\n\t\u0000é#{}', { versionLabels: new Map([['a"b', 0]]) })];
    expect(readModelConfigText(writeModelConfigText(odd))).to.deep.equal(odd);
  });

  it('reads nothing, and a list of nothing, as no models', () => {
    ['', '# nobody\n', 'model_config_list {}', 'model_config_list: { config: [] }'].forEach((text) => {
      expect(readModelConfigText(text)).to.deep.equal([]);
    });
  });

  const one = (fields: string): string => `model_config_list {\n  config {\n    ${fields}\n  }\n}\n`;
  const named = 'name: "a" base_path: "/a"';
  const faults: readonly [title: string, text: string, place: string, RegExp][] = [
    ['half a text', 'model_config_list {\n  config {\n    name: "a"\n', 'Line 4, column 1', /"}" is missing/],
    ['a bracket too many', 'model_config_list {}\n}', 'Line 2, column 1', /name of a field/],
    ['brackets of two kinds', 'model_config_list { config < } >', 'Line 1, column 30', /name of a field/],
    ['a string without an end', one('name: "a'), 'Line 3, column 11', /has no end/],
    ['a name without a value', one('name: }'), 'Line 3, column 11', /value is expected/],
    ['a value without a colon', one('name "a"'), 'Line 3, column 10', /":" or a "\{"/],
    ['a field nobody knows', one(`${named} weight: 3`), 'Line 3, column 31', /no field "weight"/],
    ['JSON', '{"model_config_list":{}}', 'Line 1, column 1', /name of a field/],
    ['a model without a name', one('base_path: "/a"'), 'Line 2, column 10', /name and a base_path/],
    ['a model without a place', one('name: "a"'), 'Line 2, column 10', /name and a base_path/],
    ['a name twice', one(`${named} name: "b"`), 'Line 3, column 31', /twice/],
    ['a number for a name', one('name: 5 base_path: "/a"'), 'Line 3, column 11', /text in quotes/],
    ['a text for a message', 'model_config_list: "x"', 'Line 1, column 20', /message in \{ \}/],
    [
      'two policies',
      one(`${named} model_version_policy { all {} latest {} }`),
      'Line 3, column 52',
      /one policy/,
    ],
    [
      'an empty choice',
      one(`${named} model_version_policy { specific {} }`),
      'Line 3, column 63',
      /no versions/,
    ],
    [
      'a negative version',
      one(`${named} model_version_policy { specific { versions: -1 } }`),
      'Line 3, column 75',
      /whole number/,
    ],
    [
      'a fraction',
      one(`${named} version_labels { key: "a" value: 1.5 }`),
      'Line 3, column 64',
      /whole number/,
    ],
    ['another configuration', 'custom_model_config { }', 'Line 1, column 21', /custom_model_config/],
    ['an unknown escape', one('name: "\\q"'), 'Line 3, column 12', /escape/],
    ['a list without commas', one('name: ["a" 1]'), 'Line 3, column 16', /list goes on/],
    ['a sign that means nothing', one('name = "a"'), 'Line 3, column 10', /means nothing/],
  ];
  faults.forEach(([title, text, place, sentence]) => {
    it(`refuses ${title}, with its place`, async () => {
      const error = await thrownBy(() => readModelConfigText(text));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
      expect(error).to.have.property('message').that.matches(sentence);
      expect(error)
        .to.have.property('message')
        .that.matches(new RegExp(`^${place}: `));
    });
  });

  it('survives 250000 messages in each other', async () => {
    const error = await thrownBy(() => readModelConfigText('a{'.repeat(250_000)));
    expect(error)
      .to.have.property('message')
      .that.matches(/^Line 1, column \d+: .*100 deep/);
  });
});

describe('fromModelServerConfig', () => {
  it('reads the message that the official stubs made of the same text', () => {
    const request = codec.deserialize(Buffer.from(recordedMessages.configuration.request, 'hex'));
    expect(fromModelServerConfig(request.config)).to.deep.equal(recorded);
  });

  it('reads back what it wrote', () => {
    const bytes = codec.serialize({ config: toModelServerConfig(recorded) });
    expect(fromModelServerConfig(codec.deserialize(bytes).config)).to.deep.equal(recorded);
  });

  const config = (fields: object): ModelServerConfigMessage => ({
    model_config_list: { config: [{ name: 'a', base_path: '/a', ...fields }] },
  });
  const wrong: readonly [string, ModelServerConfigMessage | null][] = [
    ['nothing', null],
    ['no list', {}],
    ['another configuration', { custom_model_config: { type_url: 'x' } }],
    ['a model without a name', config({ name: '' })],
    ['a model without a place', config({ base_path: '' })],
    ['a choice of no versions', config({ model_version_policy: { specific: { versions: [] } } })],
    ['a negative version', config({ model_version_policy: { specific: { versions: ['-1'] } } })],
    ['a label for a version that is too large', config({ version_labels: { a: '9223372036854775807' } })],
  ];
  wrong.forEach(([title, message]) => {
    it(`refuses ${title}`, async () => {
      const error = await thrownBy(() => fromModelServerConfig(message));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
    });
  });
});
