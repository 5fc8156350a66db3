/** Our .proto files of the Open Inference Protocol against the schema of Triton's own Python client. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import {
  fileCodec,
  loadedFiles,
  type FieldDescriptor,
  type MessageDescriptor,
} from '../../../../../gateway/wire/file-descriptors.ts';
import { inferenceServices } from '../../../../../gateway/wire/open-inference/grpc-services.ts';
import { protoFolder } from '../../../../../gateway/wire/proto-folder.ts';
import { withReflectionFiles } from '../../../../../gateway/wire/reflection-files.ts';

interface RecordedSchema {
  readonly messages: Readonly<Record<string, Readonly<Record<string, readonly [number, string]>>>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Fields that a server here has no use for; clients take their absence for their defaults. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  'inference.ModelConfig': [
    'runtime',
    'version_policy',
    'batch_input',
    'batch_output',
    'optimization',
    'dynamic_batching',
    'sequence_batching',
    'ensemble_scheduling',
    'instance_group',
    'cc_model_filenames',
    'metric_tags',
    'model_warmup',
    'model_operations',
    'model_transaction_policy',
    'model_repository_agents',
    'response_cache',
    'model_metrics',
  ],
  'inference.ModelInput': ['reshape', 'is_shape_tensor', 'allow_ragged_batch', 'is_non_linear_format_io'],
  'inference.ModelOutput': ['reshape', 'is_shape_tensor', 'is_non_linear_format_io'],
  'inference.ModelStatistics': ['memory_usage', 'response_stats'],
};

const recorded = JSON.parse(
  readFileSync(path.resolve('verification/unit/gateway/wire/recorded-inference-schema.json'), 'utf8'),
) as RecordedSchema;

const files = loadedFiles(withReflectionFiles(inferenceServices().packageDefinition, protoFolder())).map(
  (bytes) => fileCodec().deserialize(bytes),
);

function fieldsOf(scope: string, message: MessageDescriptor): readonly (readonly [string, object])[] {
  if (message.options?.mapEntry === true) return [];
  const name = `${scope}.${message.name ?? ''}`;
  const fields = (message.field ?? []).map((field) => {
    const { number, label, type } = field as FieldDescriptor & Readonly<Record<string, unknown>>;
    const kind = `${String(type).replace('TYPE_', '')}${field.typeName ? ` ${field.typeName}` : ''}`;
    return [field.name ?? '', [number, label === 'LABEL_REPEATED' ? `repeated ${kind}` : kind]] as const;
  });
  return [
    [name, Object.fromEntries(fields)],
    ...(message.nestedType ?? []).flatMap((nested) => fieldsOf(name, nested)),
  ];
}

const messagesIn = (scope: string): readonly (readonly [string, object])[] =>
  files
    .filter((file) => file.package === scope)
    .flatMap(({ messageType = [] }) => messageType.flatMap((message) => fieldsOf(scope, message)));

describe('the .proto files of the Open Inference Protocol', () => {
  it("have the messages of Triton's client, field by field: number and type", () => {
    const ours = messagesIn('inference');
    const expected = Object.entries(recorded.messages).map(([name, fields]) => {
      const kept = Object.entries(fields).filter(([field]) => leftOut[name]?.includes(field) !== true);
      return [name, Object.fromEntries(kept)] as const;
    });
    expect(Object.fromEntries(ours)).to.deep.equal(Object.fromEntries(expected));
  });

  it('have its enumerations', () => {
    const all = inferenceServices().packageDefinition;
    for (const [name, values] of Object.entries(recorded.enums)) {
      const { value } = all[name]?.['type'] as unknown as {
        value: readonly { name: string; number: number }[];
      };
      expect(Object.fromEntries(value.map((one) => [one.name, one.number]))).to.deep.equal(values);
    }
  });

  it("have messages of MLServer's service that can be read as Triton's of the same name", () => {
    const triton = new Map(messagesIn('inference'));
    const own = messagesIn('inference.model_repository').map(([name, fields]) => {
      const sameName = name.replace('.model_repository', '');
      const known = Object.entries(triton.get(sameName) ?? {}).filter(([field]) =>
        Object.hasOwn(fields, field),
      );
      return [fields, Object.fromEntries(known)] as const;
    });
    expect(own).to.have.length(7);
    const withoutScope = (fields: object): string =>
      JSON.stringify(fields).replaceAll('.model_repository', '');
    for (const [fields, known] of own) expect(withoutScope(fields)).to.equal(JSON.stringify(known));
  });

  it('have its methods', () => {
    const { inferenceService } = inferenceServices();
    expect(Object.keys(inferenceService)).to.have.length(20);
    expect(inferenceService['ModelInfer']?.path).to.equal('/inference.GRPCInferenceService/ModelInfer');
  });
});
