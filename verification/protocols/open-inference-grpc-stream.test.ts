/** Inferences in a stream: Triton's ModelStreamInfer. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Metadata, status, type ClientDuplexStream, type StatusObject } from '@grpc/grpc-js';
import { inferenceServices } from '../../gateway/wire/open-inference/grpc-services.ts';
import { InferenceCaller, floatBytes, numbers, picture } from '../support/inference-caller.ts';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';

const final = { parameters: { triton_final_response: { bool_param: true, parameter_choice: 'bool_param' } } };

describe('a stream of inferences over gRPC', () => {
  const server = new InferenceServerUnderTest();
  let caller: InferenceCaller;
  before(async () => {
    caller = await InferenceCaller.of(server);
  });
  after(() => server.stop());

  function open(): ClientDuplexStream<object, object> {
    const method = inferenceServices().inferenceService['ModelStreamInfer'];
    if (method === undefined) throw new Error('there is no stream');
    const { path, requestSerialize, responseDeserialize } = method;
    return caller.caller.client.makeBidiStreamRequest<object, object>(
      path,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
      {},
    );
  }

  async function converse(
    ...requests: readonly object[]
  ): Promise<{ readonly answers: readonly object[]; readonly end: StatusObject }> {
    const stream = open();
    const answers: object[] = [];
    const ended = new Promise<StatusObject>((resolve) => stream.once('status', resolve));
    stream.on('data', (answer: object) => answers.push(answer));
    for (const request of requests) stream.write(request);
    stream.end();
    return { end: await ended, answers };
  }

  it('gives each request its answer, and says that no other follows', async () => {
    const { answers, end } = await converse(numbers({ id: 'a' }), picture('image_bytes', { id: 'b' }));
    expect(end.code).to.equal(status.OK);
    expect(end.metadata.get('x-model')).to.deep.equal(['resnet-50/2']);
    expect(answers).to.have.length(2);
    expect(answers[0]).to.have.property('error_message', '');
    expect(answers[0]).to.have.deep.nested.property('infer_response.raw_output_contents', [
      floatBytes(2.5, 3, 4.5),
    ]);
    expect(answers[0])
      .to.have.property('infer_response')
      .that.deep.includes({ id: 'a', ...final });
    expect(answers[1]).to.have.nested.property('infer_response.id', 'b');
    expect(answers[1]).to.have.nested.property('infer_response.outputs[0].name', 'classes');
  });

  it('says why it refuses a request, under its id, and answers the next one', async () => {
    const faults: readonly (readonly [object, RegExp])[] = [
      [numbers({ model_name: 'no_such_model' }), /no_such_model/],
      [numbers({ model_version: '9' }), /version/],
      [numbers({ model_name: 'broken' }), /broken/],
      [numbers({ inputs: [] }), /no inputs/],
      [numbers({ raw_input_contents: [floatBytes(1)] }), /12 bytes/],
      [numbers({ outputs: [{ name: 'no_such_output' }] }), /no_such_output/],
      [
        picture('image_bytes', { raw_input_contents: [Buffer.alloc(9)] }),
        /contents besides raw_input_contents/,
      ],
    ];
    const { answers, end } = await converse(
      ...faults.map(([request], index) => ({ ...request, id: `f-${index}` })),
      numbers({ id: 'good' }),
    );
    expect(end.code).to.equal(status.OK);
    expect(answers).to.have.length(faults.length + 1);
    for (const [index, [, sentence]] of faults.entries()) {
      expect(answers[index]).to.have.property('error_message').that.matches(sentence);
      expect(answers[index])
        .to.have.property('infer_response')
        .that.deep.includes({ id: `f-${index}`, ...final });
    }
    expect(answers.at(-1)).to.deep.include({ error_message: '' });
    expect(answers.at(-1)).to.have.nested.property('infer_response.id', 'good');
  });

  it('tells the engine when the client has left', async () => {
    const release = server.pictures.hold();
    const cancelled = server.pictures.cancelled;
    const stream = open();
    stream.on('error', () => undefined);
    stream.write(picture('images'));
    await pause(50);
    stream.cancel();
    await server.pictures.until(() => server.pictures.cancelled > cancelled);
    release();
  });
});
