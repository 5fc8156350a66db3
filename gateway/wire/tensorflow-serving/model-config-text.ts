/** The text of a model_config_file: ModelServerConfig in protobuf's text format. */
import type { ModelConfiguration, VersionPolicy } from './model-configuration.ts';
import { readTextInteger, TextFields } from './text-fields.ts';
import { readTextProto, type TextMessage, type TextValue } from './text-proto.ts';
import { textFault } from './text-tokens.ts';

/** Those that are known and mean nothing here stand last. */
const configFields = [
  'name',
  'base_path',
  'model_platform',
  'model_version_policy',
  'version_labels',
  'model_type',
  'logging_config',
];

/** @throws ServingError `invalid-input` with line and column of the fault */
export function readModelConfigText(text: string): readonly ModelConfiguration[] {
  const root = new TextFields(readTextProto(text), ['model_config_list', 'custom_model_config']);
  const [custom] = root.all('custom_model_config');
  if (custom !== undefined) {
    throw textFault(custom.position, 'custom_model_config cannot be served; write a model_config_list.');
  }
  const list = root.oneMessage('model_config_list');
  if (list === undefined) return [];
  return new TextFields(list, ['config']).messages('config').map(readConfig);
}

function readConfig(message: TextMessage): ModelConfiguration {
  const fields = new TextFields(message, configFields);
  const name = fields.oneText('name');
  const basePath = fields.oneText('base_path');
  if (name === '' || basePath === '') {
    throw textFault(message.position, 'A model needs a name and a base_path that are not empty.');
  }
  return {
    name,
    basePath,
    platform: fields.oneText('model_platform'),
    versionPolicy: readPolicy(fields.oneMessage('model_version_policy')),
    versionLabels: new Map(fields.messages('version_labels').map(readLabel)),
  };
}

function readPolicy(message: TextMessage | undefined): VersionPolicy {
  if (message === undefined) return { kind: 'latest', count: 1 };
  const fields = new TextFields(message, ['latest', 'all', 'specific']);
  if (message.fields.length > 1) throw textFault(message.position, 'Only one policy can hold for a model.');
  const all = fields.oneMessage('all');
  if (all !== undefined) {
    new TextFields(all, []);
    return { kind: 'all' };
  }
  const specific = fields.oneMessage('specific');
  if (specific !== undefined) {
    const versions = new TextFields(specific, ['versions']).all('versions').map(readTextInteger);
    if (versions.length > 0) return { kind: 'specific', versions };
    throw textFault(specific.position, 'The policy "specific" names no versions.');
  }
  const latest = fields.oneMessage('latest');
  const count = latest && new TextFields(latest, ['num_versions']).one('num_versions');
  return { kind: 'latest', count: (count && readTextInteger(count)) || 1 };
}

function readLabel(message: TextMessage): readonly [string, number] {
  const fields = new TextFields(message, ['key', 'value']);
  const value: TextValue | undefined = fields.one('value');
  return [fields.oneText('key'), value === undefined ? 0 : readTextInteger(value)];
}

export function writeModelConfigText(models: readonly ModelConfiguration[]): string {
  const configs = models.map((model) => `  config {\n${linesOf(model).join('')}  }\n`);
  return `model_config_list {\n${configs.join('')}}\n`;
}

function linesOf(model: ModelConfiguration): readonly string[] {
  return [
    `    name: ${quoted(model.name)}\n`,
    `    base_path: ${quoted(model.basePath)}\n`,
    ...(model.platform === '' ? [] : [`    model_platform: ${quoted(model.platform)}\n`]),
    `    model_version_policy { ${policyText(model.versionPolicy)} }\n`,
    ...Array.from(
      model.versionLabels,
      ([label, version]) => `    version_labels { key: ${quoted(label)} value: ${version} }\n`,
    ),
  ];
}

function policyText(policy: VersionPolicy): string {
  if (policy.kind === 'all') return 'all {}';
  if (policy.kind === 'latest') return `latest { num_versions: ${policy.count} }`;
  return `specific { ${policy.versions.map((version) => `versions: ${version}`).join(' ')} }`;
}

/** Characters that would end the line or the text are written as the bytes that they are. */
function quoted(text: string): string {
  const escaped = text.replace(/[\\"]|\p{Cc}/gu, (character) =>
    /[\\"]/.test(character)
      ? `\\${character}`
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
