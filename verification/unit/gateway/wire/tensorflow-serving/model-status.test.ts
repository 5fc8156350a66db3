/** The states of versions, as JSON and as messages. */
import { expect } from 'chai';
import { messageType } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { MalformedAnswer } from '../../../../../gateway/wire/tensorflow-serving/malformed-answer.ts';
import type { GetModelStatusResponseMessage } from '../../../../../gateway/wire/tensorflow-serving/messages.ts';
import {
  type ModelVersionStatus,
  modelVersionStates,
  readModelStatus,
  writeModelStatus,
} from '../../../../../gateway/wire/tensorflow-serving/status-json.ts';
import {
  statusCodeName,
  statusCodeNumber,
} from '../../../../../gateway/wire/tensorflow-serving/status-codes.ts';
import {
  fromModelStatusMessage,
  toModelStatusMessage,
} from '../../../../../gateway/wire/tensorflow-serving/status-proto.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { recordedMessage, recordedSchema } from '../recorded.ts';

const versions: readonly ModelVersionStatus[] = [
  { version: 2, state: 'AVAILABLE', errorCode: 'OK', errorMessage: '' },
  { version: 1, state: 'END', errorCode: 'INVALID_ARGUMENT', errorMessage: 'No such graph' },
];

describe('model status as JSON', () => {
  it('is written as TensorFlow Serving writes it, with versions as texts', () => {
    expect(writeModelStatus([{ ...versions[0], version: 123 } as ModelVersionStatus])).to.deep.equal({
      model_version_status: [
        { version: '123', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } },
      ],
    });
  });

  it('reads back', () => {
    expect(readModelStatus(JSON.stringify(writeModelStatus(versions)))).to.deep.equal(versions);
  });

  it('reads a new state as UNKNOWN, and does without a status', () => {
    const text = '{"model_version_status":[{"version":"1","state":"DREAMING"}],"name":"m","ready":true}';
    expect(readModelStatus(Buffer.from(text))).to.deep.equal([
      { version: 1, state: 'UNKNOWN', errorCode: 'OK', errorMessage: '' },
    ]);
  });

  const wrong = [
    '<html>',
    'null',
    '{}',
    '{"model_version_status":{}}',
    '{"model_version_status":[null]}',
    '{"model_version_status":[{"version":"1x"}]}',
    '{"model_version_status":[{"version":""}]}',
    '{"model_version_status":[{"version":"9223372036854775807"}]}',
  ];
  wrong.forEach((text) => {
    it(`says that ${text} is malformed`, async () => {
      expect(await thrownBy(() => readModelStatus(text))).to.be.instanceOf(MalformedAnswer);
    });
  });
});

describe('model status as a message', () => {
  const codec = messageType<GetModelStatusResponseMessage>('tensorflow.serving.GetModelStatusResponse');

  it('is read as the official stubs wrote it', () => {
    expect(fromModelStatusMessage(codec.deserialize(recordedMessage('modelStatus')))).to.deep.equal(versions);
  });

  it('reads back', () => {
    const bytes = codec.serialize(toModelStatusMessage(versions));
    expect(fromModelStatusMessage(codec.deserialize(bytes))).to.deep.equal(versions);
  });

  it('has the numbers of the states and codes', () => {
    const states = recordedSchema.enums['tensorflow.serving.ModelVersionStatus.State'];
    expect(Object.fromEntries(modelVersionStates.map((state, index) => [state, index * 10]))).to.deep.equal(
      states,
    );
    const codes = Object.entries(recordedSchema.enums['tensorflow.error.Code'] ?? {}).filter(
      ([, code]) => code <= 16,
    );
    expect(codes.map(([, number]) => statusCodeName(number))).to.deep.equal(codes.map(([name]) => name));
    expect(codes.map(([name]) => statusCodeNumber(name))).to.deep.equal(codes.map(([, number]) => number));
    expect(statusCodeName(99)).to.equal('UNKNOWN');
  });

  it('refuses a version that a number cannot hold', async () => {
    const message = { model_version_status: [{ version: '9223372036854775807' }] };
    expect(await thrownBy(() => fromModelStatusMessage(message))).to.be.instanceOf(MalformedAnswer);
  });
});
