/** NVIDIA's tritonclient over HTTP and gRPC, pointed at `fovea serve` unchanged. */
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { expectAlike, fieldsOf, listIn } from './client-answers.ts';
import {
  clientsPython,
  expectRefusal,
  extensions,
  PythonClients,
  type ClientAnswers,
} from './python-clients.ts';
import { edgeTpuModel, isEdgeTpuThere } from './served-models.ts';
import { picturesModel, tensorsModel } from './serving-stand-in.ts';

const outputOf = (answer: unknown, name: string): readonly unknown[] =>
  listIn(answer, 'outputs', name, 'values');

describe(`tritonclient, asking Fovea${clientsPython.suffix}`, function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let clients: PythonClients;
  let expected: PythonClients['expected'];
  let labels: readonly string[];
  let answers: ClientAnswers;

  before(async function () {
    if (clientsPython.program === undefined) this.skip();
    clients = await PythonClients.start(folders);
    ({ expected, labels } = clients);
    answers = await clients.ask('triton_client.py');
  });
  after(async () => {
    if (clientsPython.program !== undefined) await clients.server.stop();
    await folders.remove();
  });

  for (const transport of ['Http', 'Grpc'] as const) {
    const isHttp = transport === 'Http';
    /** Over gRPC its JSON writes 64-bit numbers as text, and wraps lists. */
    const sizes = (...list: number[]): unknown[] => (isHttp ? list : list.map(String));
    const within = (answer: unknown, field: string): unknown =>
      isHttp ? answer : fieldsOf(answer).get(field);

    it(`${transport}: reads what is there and whether it is ready`, () => {
      for (const call of ['live', 'ready', 'model_ready'])
        expect(answers(`${transport}.${call}`), call).to.equal(true);
      expect(answers(`${transport}.server_metadata`))
        .to.include({ name: 'fovea' })
        .and.deep.include({ extensions });
      expect(answers(`${transport}.model_metadata`)).to.deep.equal({
        name: picturesModel.name,
        versions: ['1'],
        platform: 'tensorflow_savedmodel',
        inputs: [{ name: picturesModel.input, datatype: 'BYTES', shape: sizes(-1) }],
        outputs: [
          { name: 'classes', datatype: 'INT64', shape: sizes(-1) },
          { name: picturesModel.scores, datatype: 'FP32', shape: sizes(-1, labels.length) },
        ],
      });
      const { side } = tensorsModel;
      expect(answers(`${transport}.tensor_metadata`)).to.have.deep.nested.property('inputs[0]', {
        name: tensorsModel.input,
        datatype: 'FP32',
        shape: sizes(-1, side, side, 3),
      });
      const config = within(answers(`${transport}.model_config`), 'config');
      expect(config).to.have.property('max_batch_size').above(0);
      expect(config).to.have.nested.property('input[0].format', 'FORMAT_NHWC');
      expect(config).to.have.deep.nested.property('input[0].dims', sizes(side, side, 3));
      const index = within(answers(`${transport}.repository_index`), 'models');
      expect(
        Object.values(index ?? {}).map((one) => [...fieldsOf(one).values()].slice(0, 3)),
      ).to.deep.include.members([
        [picturesModel.name, '1', 'READY'],
        [tensorsModel.name, '1', 'READY'],
      ]);
      expect(answers(`${transport}.statistics`)).to.deep.include({
        name: picturesModel.name,
        version: '1',
      });
    });

    it(`${transport}: sends pictures and tensors, and gets the numbers that the model gives elsewhere`, () => {
      const one = answers(`${transport}.one_picture`);
      expect(one).to.include({ model: picturesModel.name, version: '1', id: 'a-1' });
      expect(outputOf(one, 'classes')).to.deep.equal([expected.class]);
      expectAlike(outputOf(one, picturesModel.scores), [expected.scores], 'one picture');
      const three = outputOf(answers(`${transport}.three_pictures`), picturesModel.scores);
      expectAlike(three, Array(3).fill(expected.scores), 'three pictures');
      const only = fieldsOf(answers(`${transport}.one_output`)).get('outputs');
      expect([...fieldsOf(only).keys()]).to.deep.equal([picturesModel.scores]);
      expectAlike(outputOf(answers(`${transport}.tensor`), 'scores'), expected.tensor, 'tensor');
      expectAlike(answers(`${transport}.in_the_background`), expected.tensor, 'in the background');
      const more = isHttp ? ['picture_and_answer_as_json', 'compressed'] : [];
      for (const call of more)
        expectAlike(outputOf(answers(`Http.${call}`), 'scores'), expected.tensor, call);
      if (isHttp) return;
      expectAlike(answers('Grpc.typed_contents'), expected.tensor, 'typed contents');
      expectAlike(answers('Grpc.typed_picture'), [expected.scores], 'typed picture');
    });

    it(`${transport}: gets classes as its image_client reads them`, () => {
      const ranked = expected.scores
        .map((score, index) => ({ score: Number(score), index }))
        .sort((one, other) => other.score - one.score)
        .slice(0, 3);
      const rows = outputOf(answers(`${transport}.classification`), picturesModel.scores);
      expect(rows).to.have.length(2);
      for (const row of rows) {
        const read = (Array.isArray(row) ? row : []).map((text) => String(text).split(':'));
        expect(read.map(([, index, label]) => [Number(index), label])).to.deep.equal(
          ranked.map(({ index }) => [index, labels[index]]),
        );
        expectAlike(
          read.map(([score]) => Number(score)),
          ranked.map(({ score }) => score),
          'classification',
        );
      }
    });

    it(`${transport}: hears why a call is refused`, () => {
      const [invalid, missing, never] = isHttp
        ? ['400', '404', '405']
        : ['StatusCode.INVALID_ARGUMENT', 'StatusCode.NOT_FOUND', 'StatusCode.UNIMPLEMENTED'];
      const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
        unknown_model: [missing, /no_such_model/],
        unknown_version: [missing, /version/],
        unknown_output: [invalid, /no_such_output/],
        unknown_input: [invalid, /no_such_input/],
        wrong_datatype: [invalid, /INT32.*FP32/],
        wrong_shape: [invalid, /224/],
        no_picture: [invalid, /not JPEG/],
        load: [never, /MODEL_CONTROL/],
        unload: [never, /MODEL_CONTROL/],
      };
      for (const [call, [code, sentence]] of Object.entries(refusals))
        expectRefusal(answers(`${transport}.${call}`), code, sentence);
      if (isHttp) expect(answers('Http.unknown_model_ready')).to.equal(false);
      else expectRefusal(answers('Grpc.past_deadline'), 'StatusCode.DEADLINE_EXCEEDED', /./);
    });
  }

  const missing = isEdgeTpuThere ? '' : ' (skipped: ../shared/data is absent)';
  it(`finds the cat with MobileNet-EdgeTPU${missing}`, async function () {
    if (!isEdgeTpuThere) this.skip();
    const { name: model, picture } = edgeTpuModel;
    const cats = await clients.ask('triton_client.py', { model, picture });
    for (const transport of ['Http', 'Grpc'])
      expect(outputOf(cats(`${transport}.one_picture`), 'classes')).to.deep.equal([edgeTpuModel.class]);
  });

  it('unloads a model and loads it again, where the server lets it', async () => {
    const controlled = await PythonClients.start(folders, true);
    const states = await controlled.ask('triton_client.py');
    for (const transport of ['http', 'grpc'])
      expect(states(`Control.${transport}`), transport).to.deep.equal([false, true]);
    await controlled.server.stop();
  });
});
