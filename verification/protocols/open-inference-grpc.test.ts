/** What the Open Inference Protocol answers over gRPC to a real client. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { fakeJpeg } from '../support/fake-engine.ts';
import { healthCheck, reflect } from '../support/grpc-reflection.ts';
import { InferenceCaller, floatBytes, numbers, picture, withLength, x } from '../support/inference-caller.ts';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';

describe('the Open Inference Protocol over gRPC', () => {
  const server = new InferenceServerUnderTest();
  let caller: InferenceCaller;
  before(async () => {
    caller = await InferenceCaller.of(server);
  });
  after(() => server.stop());

  it('tells about server and models as over REST', async () => {
    expect(await caller.answerTo('ServerLive', {})).to.deep.equal({ live: true });
    expect(await caller.answerTo('ServerReady', {})).to.deep.equal({ ready: false });
    expect(await caller.answerTo('ServerMetadata', {})).to.deep.equal({ ...server.server.metadata() });
    expect(await caller.answerTo('ModelReady', { name: 'resnet-50', version: '1' })).to.deep.equal({
      ready: true,
    });
    expect(await caller.answerTo('ModelReady', { name: 'broken' })).to.deep.equal({ ready: false });
    expect(await caller.answerTo('ModelMetadata', { name: 'resnet-50' })).to.deep.equal({
      name: 'resnet-50',
      versions: ['2', '1'],
      platform: 'tensorflow_savedmodel',
      inputs: [{ name: 'image_bytes', datatype: 'BYTES', shape: ['-1'] }],
      outputs: [
        { name: 'classes', datatype: 'INT64', shape: ['-1'] },
        { name: 'probabilities', datatype: 'FP32', shape: ['-1', '6'] },
      ],
    });
  });

  it('tells the configuration, statistics and index', async () => {
    const config = await caller.answerTo('ModelConfig', { name: 'cassava' });
    expect(config).to.have.nested.property('config.input[0].name', 'input_1');
    expect(config).to.have.deep.nested.property('config.input[0].dims', ['2', '2', '3']);
    expect(config).to.have.nested.property('config.max_batch_size', 8);
    expect(await caller.answerTo('ModelStatistics', {})).to.have.nested.property('model_stats.length', 5);
    expect(
      await caller.answerTo('ModelStatistics', { name: 'resnet-50', version: '1' }),
    ).to.have.nested.property('model_stats[0].version', '1');
    expect(await caller.answerTo('RepositoryIndex', { ready: true })).to.have.nested.property(
      'models.length',
      4,
    );
  });

  it('infers from raw contents, and answers raw', async () => {
    const answer = await caller.answerTo('ModelInfer', numbers({ id: 'a-1' }));
    expect(answer).to.deep.include({ model_name: 'half_plus_two', model_version: '123', id: 'a-1' });
    expect(answer).to.have.deep.nested.property('outputs[0].shape', ['3']);
    expect(answer).to.have.nested.property('outputs[0].datatype', 'FP32');
    expect(answer).to.have.deep.nested.property('raw_output_contents', [floatBytes(2.5, 3, 4.5)]);
  });

  it('infers from typed contents', async () => {
    const typed = { inputs: [x({ contents: { fp32_contents: [1, 2, 5] } })], raw_input_contents: [] };
    expect(await caller.answerTo('ModelInfer', numbers(typed))).to.have.deep.nested.property(
      'raw_output_contents',
      [floatBytes(2.5, 3, 4.5)],
    );
    const pixels = {
      name: 'pixels',
      datatype: 'UINT8',
      shape: [1, 1, 2],
      contents: { uint_contents: [0, 255] },
    };
    const request = { model_name: 'half_plus_two', inputs: [pixels] };
    expect(await caller.answerTo('ModelInfer', request)).to.have.deep.nested.property('raw_output_contents', [
      floatBytes(0, 1),
    ]);
  });

  it('classifies pictures, raw, typed and as the base64 of clients of MLServer', async () => {
    const base64 = Buffer.from(fakeJpeg(3).toString('base64'));
    for (const request of [
      picture('image_bytes'),
      {
        model_name: 'resnet-50',
        inputs: [{ name: 'image_bytes', datatype: 'BYTES', shape: [1] }],
        raw_input_contents: [withLength(fakeJpeg(3))],
      },
      picture('image_bytes', {
        inputs: [
          { name: 'image_bytes', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [base64] } },
        ],
      }),
    ]) {
      const answer = await caller.answerTo('ModelInfer', { ...request, outputs: [{ name: 'classes' }] });
      const bytes = Buffer.from(BigInt64Array.of(3n).buffer);
      expect(answer).to.have.deep.nested.property('raw_output_contents', [bytes]);
    }
  });

  it('answers labels as the runtime for Hugging Face models does', async () => {
    const answer = await caller.answerTo('ModelInfer', picture('images'));
    expect(answer).to.have.nested.property('outputs[0].name', 'output');
    expect(answer).to.have.nested.property('outputs[0].parameters.content_type.string_param', 'hg_jsonlist');
    expect(answer).to.have.deep.nested.property('outputs[0].shape', ['1', '1']);
  });

  it('answers classes as score, index and label', async () => {
    const outputs = [{ name: 'probabilities', parameters: { classification: { int64_param: 1 } } }];
    const answer = await caller.answerTo('ModelInfer', picture('image_bytes', { outputs }));
    expect(answer).to.have.deep.nested.property('raw_output_contents', [
      withLength(Buffer.from('0.507937:3:lynx')),
    ]);
  });

  it('is seen by health and by reflection', async () => {
    const { response } = await caller.caller.call(healthCheck, { service: 'inference.GRPCInferenceService' });
    expect(response).to.deep.equal({ status: 'NOT_SERVING' });
    const answer = await reflect(caller.caller, { file_containing_symbol: 'inference.ModelConfig' });
    expect(answer).to.have.nested.property('file_descriptor_response');
  });

  it('gives up when the deadline has passed, and tells the engine', async () => {
    const release = server.pictures.hold();
    const cancelled = server.pictures.cancelled;
    const { code } = await caller.call('ModelInfer', picture('images'), { deadline: 100 });
    expect(code).to.equal(status.DEADLINE_EXCEEDED);
    await server.pictures.until(() => server.pictures.cancelled > cancelled);
    release();
  });
});
