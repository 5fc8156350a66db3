/** Our .proto files against the schema of the official Python package, and where they are found. */
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type FieldDescriptor,
  fileCodec,
  loadedFiles,
  type MessageDescriptor,
} from '../../../../../gateway/wire/file-descriptors.ts';
import { protoFolder } from '../../../../../gateway/wire/proto-folder.ts';
import { withReflectionFiles } from '../../../../../gateway/wire/reflection-files.ts';
import { grpcServices, messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { fromTensorProto } from '../../../../../gateway/wire/tensorflow-serving/tensor-proto.ts';
import { toTensorProto, type PredictRequestMessage } from '../../../../support/generated-predictions.ts';
import { recordedMessage, recordedSchema } from '../recorded.ts';

type Field = readonly unknown[];

const files = loadedFiles(withReflectionFiles(grpcServices().packageDefinition, protoFolder())).map((bytes) =>
  fileCodec().deserialize(bytes),
);
const ours = files.filter(({ name = '' }) => !name.startsWith('google/'));

function fieldsOf(
  scope: string,
  message: MessageDescriptor,
): readonly (readonly [string, readonly Field[]])[] {
  const name = `${scope}.${message.name ?? ''}`;
  const fields = (message.field ?? []).map((field): Field => {
    const { number, label, type } = field as FieldDescriptor & Readonly<Record<string, unknown>>;
    return [number, field.name, label, type, field.typeName ?? ''];
  });
  fields.sort((one, other) => Number(one[0]) - Number(other[0]));
  return [[name, fields], ...(message.nestedType ?? []).flatMap((nested) => fieldsOf(name, nested))];
}

describe('the .proto files', () => {
  it('have the files and imports of the official package', () => {
    const imports = ours.map(({ name = '', dependency = [] }) => [name, [...dependency].sort()]);
    // Of meta_graph.proto only the signatures are ours, which need fewer imports.
    const meta = 'tensorflow/core/protobuf/meta_graph.proto';
    const without = ([name]: readonly unknown[]): boolean => name !== meta;
    expect(Object.fromEntries(imports.filter(without))).to.deep.equal(
      Object.fromEntries(Object.entries(recordedSchema.files).filter(without)),
    );
    expect(ours.some(({ name }) => name === meta)).to.equal(true);
  });

  it('have its messages, field by field: number, name, label, type', () => {
    const messages = ours.flatMap(({ package: scope = '', messageType: list = [] }) =>
      list.flatMap((message) => fieldsOf(scope, message)),
    );
    const { ['tensorflow.TensorInfo.CompositeTensor']: composite, ...recorded } = recordedSchema.messages;
    const information = recorded['tensorflow.TensorInfo'] ?? [];
    // The one field that is left out: no server of pictures has composite tensors.
    const expected = {
      ...recorded,
      'tensorflow.TensorInfo': information.filter(([, name]) => name !== 'composite_tensor'),
    };
    expect(composite).to.have.length(2);
    expect(Object.fromEntries(messages)).to.deep.equal(expected);
  });

  it('have its enumerations', () => {
    const all = grpcServices().packageDefinition;
    for (const name of ['tensorflow.DataType', 'tensorflow.error.Code', 'tensorflow.serving.ModelType']) {
      const { value } = all[name]?.['type'] as unknown as {
        value: readonly { name: string; number: number }[];
      };
      expect(Object.fromEntries(value.map((one) => [one.name, one.number]))).to.deep.equal(
        recordedSchema.enums[name],
      );
    }
  });

  it('have its services and methods', () => {
    const services = ours.flatMap(({ package: scope = '', service = [] }) =>
      service.map(({ name = '', method = [] }) => {
        const methods = method.map((one) => [one.name ?? '', [one.inputType, one.outputType]] as const);
        return [`${scope}.${name}`, Object.fromEntries(methods)] as const;
      }),
    );
    expect(Object.fromEntries(services)).to.deep.equal(recordedSchema.services);
    const { predictionService, modelService } = grpcServices();
    expect(predictionService['Predict']?.path).to.equal('/tensorflow.serving.PredictionService/Predict');
    expect(modelService['GetModelStatus']?.path).to.equal('/tensorflow.serving.ModelService/GetModelStatus');
  });

  it('read a request of the official stubs, and write the same bytes', () => {
    const codec = messageType<PredictRequestMessage>('tensorflow.serving.PredictRequest');
    const request = codec.deserialize(recordedMessage('predictRequest'));
    expect(request.model_spec).to.deep.include({
      name: 'resnet',
      version_choice: 'version',
      version: { value: '7' },
      signature_name: 'serving_default',
    });
    expect(request.output_filter).to.deep.equal(['probabilities']);
    expect(Object.keys(request.inputs ?? {})).to.deep.equal(['image_bytes']);
    const image = fromTensorProto(request.inputs?.['image_bytes'] ?? {});
    const written = codec.serialize({
      model_spec: { name: 'resnet', version: { value: 7 }, signature_name: 'serving_default' },
      inputs: { image_bytes: toTensorProto(image, 'values') },
      output_filter: ['probabilities'],
    });
    expect(written).to.deep.equal(recordedMessage('predictRequest'));
  });
});

describe('proto-folder', () => {
  const compiled = fileURLToPath(new URL('../../../../../gateway/wire', import.meta.url));
  const load =
    "import('./tensorflow-serving/grpc-services.js').then((it) => console.log(Object.keys(it.grpcServices())))";
  let place: string;

  beforeEach(() => {
    place = mkdtempSync(path.join(os.tmpdir(), 'fovea-protos-'));
  });

  afterEach(() => {
    rmSync(place, { recursive: true, force: true });
  });

  /** An installed package: package.json, dist/ with compiled code only, sources' .proto files, packages. */
  function install(folder: string, withProtos: boolean): string {
    const wire = path.join(folder, 'dist', 'gateway', 'wire');
    mkdirSync(path.dirname(wire), { recursive: true });
    cpSync(compiled, wire, { recursive: true, filter: (file) => !file.endsWith('protos') });
    cpSync(path.join(compiled, '..', 'domain'), path.join(folder, 'dist', 'gateway', 'domain'), {
      recursive: true,
    });
    cpSync('package.json', path.join(folder, 'package.json'));
    if (withProtos) {
      cpSync('gateway/wire/protos', path.join(folder, 'gateway/wire/protos'), { recursive: true });
    }
    symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
    return wire;
  }

  const run = (wire: string): string =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', load], {
      cwd: wire,
      encoding: 'utf8',
      stdio: 'pipe',
    });

  it('is found from dist/ of an installed package, wherever that is', () => {
    expect(run(install(path.join(place, 'fovea'), true))).to.match(/predictionService/);
  });

  it('is missed with a sentence that says what to do', () => {
    const wire = install(path.join(place, 'fovea'), false);
    expect(() => run(wire)).to.throw(
      /gateway\/wire\/protos is missing from this installation; install Fovea again/,
    );
  });
});
