/** KServe's clients and MLServer's codecs, pointed at `fovea serve` unchanged. */
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { sixLabels } from '../support/six-class-model.ts';
import { expectAlike, listIn } from './client-answers.ts';
import { clientsPython, expectRefusal, extensions, PythonClients } from './python-clients.ts';
import { picturesModel, tensorsModel } from './serving-stand-in.ts';

const unknownModel = /no_such_model/;

describe(`KServe's and MLServer's packages, asking Fovea${clientsPython.suffix}`, function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let clients: PythonClients;
  let expected: PythonClients['expected'];
  let labels: readonly string[];

  before(async function () {
    if (clientsPython.program === undefined) this.skip();
    clients = await PythonClients.start(folders);
    ({ expected, labels } = clients);
  });
  after(async () => {
    if (clientsPython.program !== undefined) await clients.server.stop();
    await folders.remove();
  });

  it('kserve: InferenceRESTClient in both versions of the protocol, InferenceGRPCClient', async () => {
    const answers = await clients.ask('kserve_client.py');
    for (const client of ['RestV1', 'RestV2', 'Grpc']) {
      for (const call of client === 'RestV1' ? ['live', 'model_ready'] : ['live', 'ready', 'model_ready'])
        expect(answers(`${client}.${call}`), `${client}.${call}`).to.equal(true);
      expectRefusal(answers(`${client}.unknown_model`), client === 'Grpc' ? 'NOT_FOUND' : 404, unknownModel);
    }
    expect(answers('RestV2.unknown_model_ready')).to.equal(false);
    expectRefusal(answers('RestV2.no_picture'), 400, /not JPEG/);
    for (const call of [
      'RestV2.tensor_as_json',
      'RestV2.tensor_as_binary',
      'Grpc.typed_tensor',
      'Grpc.raw_tensor',
    ]) {
      expect(answers(call), call).to.include({ model: tensorsModel.name, id: 'a-1' });
      expectAlike(listIn(answers(call), 'outputs', 'scores'), expected.tensor, call);
    }
    for (const call of ['RestV2.picture_as_json', 'Grpc.typed_picture'])
      expectAlike(listIn(answers(call), 'outputs', picturesModel.scores), [expected.scores], call);
    const [row] = listIn(answers('RestV1.picture'), 'predictions');
    expectAlike(listIn(row, picturesModel.scores), expected.scores, 'RestV1.picture');
  });

  it("mlserver: its types, codecs and stubs, in its own runtimes' forms", async () => {
    const answers = await clients.ask('mlserver_client.py');
    expect(answers('Rest.server_metadata')).to.deep.include({ name: 'fovea', extensions });
    for (const client of ['Rest', 'Grpc'])
      expect(answers(`${client}.model_metadata`)).to.include({ name: picturesModel.name });
    expect(answers('Rest.repository_index')).to.deep.include([picturesModel.name, '1', 'READY']);
    expect(answers('Grpc.ready')).to.equal(true);
    expect(answers('Rest.labels')).to.deep.include({
      name: 'output',
      shape: [1, 1],
      content_type: 'hg_jsonlist',
    });
    for (const client of ['Rest', 'Grpc']) {
      const [text] = listIn(answers(`${client}.labels`), 'texts');
      const ranked: unknown = JSON.parse(String(text));
      expect(ranked).to.have.length(5).and.have.nested.property('[0].label', labels[expected.class]);
      expect(ranked)
        .to.have.nested.property('[0].score')
        .closeTo(Number(expected.scores[expected.class]), 1e-6);
    }
    expectAlike(listIn(answers('Rest.picture_by_name'), picturesModel.scores), [expected.scores], 'by name');
    const scores = listIn(expected, 'tensor', '0').map(Number);
    const best = scores.indexOf(Math.max(...scores));
    expect(scores).to.have.length(sixLabels.length);
    expect(answers('Rest.classes_of_an_array')).to.deep.equal({
      name: 'output-0',
      datatype: 'INT64',
      shape: [1, 1],
      classes: [[best]],
      by_request_codec: [[best]],
    });
    for (const call of ['Grpc.typed_array', 'Grpc.raw_array'])
      expect(answers(call), call).to.deep.equal({ name: 'output-0', classes: [[best]] });
    expectRefusal(answers('Rest.unknown_model'), 404, unknownModel);
    expectRefusal(answers('Grpc.unknown_model'), 'NOT_FOUND', unknownModel);
    expect(answers('Repository.index')).to.include({ [picturesModel.name]: 'READY' });
    expectRefusal(answers('Repository.load_and_unload'), 'UNIMPLEMENTED', /MODEL_CONTROL/);
  });

  it('mlserver: unloads a model and loads it again by its own service, where the server lets it', async () => {
    const controlled = await PythonClients.start(folders, true);
    const answers = await controlled.ask('mlserver_client.py');
    expect(answers('Repository.load_and_unload')).to.deep.equal(['UNAVAILABLE', 'READY']);
    await controlled.server.stop();
  });
});
