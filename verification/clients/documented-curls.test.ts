/** The curl lines of the documents whose readers move here, with another host and picture; requests as described where a document has none. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import type { RunningServer } from '../support/running-server.ts';
import { expectAlike, fieldsOf, listIn, parsed } from './client-answers.ts';
import { isOnPath, runClient } from './run-client.ts';
import { edgeTpuModel, isEdgeTpuThere, startWithModels } from './served-models.ts';
import { picturesModel } from './serving-stand-in.ts';

const suffix = (await isOnPath('curl')) ? '' : ' (skipped: no curl on the PATH)';
const jpeg = isEdgeTpuThere
  ? edgeTpuModel.picture
  : path.resolve('verification', 'test_data', 'baseline-420.jpg');

/** Of a service called `resnet-50` on a cluster of OSCAR, which hands every path through as it came. */
const oscarPath = '/system/services/resnet-50/exposed';

describe(`curl, as the documents of other systems have it${suffix}`, function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  let server: RunningServer;
  let folder: string;
  /** What `POST /classify/resnet?top=5` says, to hold the other dialects against. */
  let expected: object;

  before(async function () {
    if (suffix !== '') this.skip();
    folder = await mkdtemp(path.join(tmpdir(), 'fovea-curl-'));
    server = await startWithModels(folders, {
      environment: { OSCAR_SERVICE_BASE_PATH: oscarPath, RESNET_MODEL: 'resnet-50' },
      more: { 'resnet-50': (isEdgeTpuThere ? edgeTpuModel : picturesModel).folder },
    });
    await writeFile(path.join(folder, 'cat.jpg'), await readFile(jpeg));
    expected = await said(`curl -F "image=@cat.jpg" -X POST '${server.url}/classify/resnet?top=5'`);
  });
  after(async () => {
    if (suffix !== '') return;
    await server.stop();
    await folders.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a line as a shell does, where the picture is, and reads what the server says. */
  async function said(line: string): Promise<object> {
    const { code, out, error } = await runClient('sh', [
      '-c',
      `cd '${folder}' && ${line} -s --fail-with-body`,
    ]);
    expect(code, out + error).to.equal(0);
    return parsed(out);
  }

  /** The host of a document becomes the server under test. */
  const here = (line: string, host: string): string => line.replaceAll(host, server.url);

  it('the base: a form with the field image', async () => {
    const line = 'curl -F "image=@cat.jpg" -X POST http://localhost:5000/classify/resnet';
    const answer = await said(here(line, 'http://localhost:5000'));
    expect(answer).to.have.all.keys('classes');
    expect(answer).to.have.property('classes', fieldsOf(expected).get('classes'));
    if (isEdgeTpuThere) expect(answer).to.deep.equal({ classes: edgeTpuModel.class });
  });

  it('MLServer on OSCAR: a bare text of base64, of the shape [0]', async () => {
    const line = `curl -X POST "https://<YOUR_CLUSTER>/system/services/resnet-50/exposed/v2/models/resnet-50/infer" \\
  -H "Content-Type: application/json" \\
  -d '{
        "inputs": [
            {
            "name": "images",
            "shape": [0],
            "datatype": "BYTES",
            "data": "<IMAGE BASE64>"
            }
        ]
    }'`;
    const body = /-d '(.*)'$/s.exec(line)?.[1] ?? '';
    // A picture of any size is more than the system takes in one word, so that its users write @file.
    const b64 = (await readFile(jpeg)).toString('base64');
    await writeFile(path.join(folder, 'body.json'), body.replace('<IMAGE BASE64>', b64));
    const asked = line.replace(`'${body}'`, '@body.json');
    const answer = await said(here(asked, 'https://<YOUR_CLUSTER>'));
    expect(answer).to.have.property('model_name');
    expect(answer)
      .to.have.property('id')
      .that.matches(/^[0-9a-f-]{36}$/);
    const [output, ...others] = listIn(answer, 'outputs');
    expect(others).to.deep.equal([]);
    expect(output).to.deep.include({
      name: 'output',
      shape: [1, 1],
      datatype: 'BYTES',
      parameters: { content_type: 'hg_jsonlist' },
    });
    const [text] = listIn(output, 'data');
    expect(text).to.match(/^\[\{"label": "[^"]+", "score": [\d.e-]+\}, /);
    const ranked: unknown = JSON.parse(`{"list":${String(text)}}`);
    const top = await said(`curl -F "file=@cat.jpg" '${server.url}/predict/top?k=5'`);
    const scoresIn = (answer: unknown, list: string, field: string): readonly unknown[] =>
      listIn(answer, list).map((one) => fieldsOf(one).get(field));
    expectAlike(scoresIn(ranked, 'list', 'score'), scoresIn(top, 'predictions', 'confidence'), 'scores');
  });

  it('MLServer on OSCAR: the place that says what to send, and the two that document it', async () => {
    const model = server.url + oscarPath + '/v2/models/resnet-50';
    expect(await said(`curl ${model}`)).to.have.nested.property('inputs[0].datatype', 'BYTES');
    for (const page of [`${server.url}${oscarPath}/v2/docs`, `${model}/docs`]) {
      const { code, out } = await runClient('curl', ['-s', '--fail', page]);
      expect(code, page).to.equal(0);
      expect(out).to.match(/^<!doctype html>/i);
    }
  });

  it('FastAPI: health', async () => {
    const answer = await said(here('curl http://localhost:8000/health', 'http://localhost:8000'));
    expect(answer).to.include({ status: 'healthy', model_loaded: true }).and.have.property('gpu_available');
  });

  it('FastAPI: a form with the field file', async () => {
    const line = 'curl -X POST -F "file=@path/to/your/image.jpg" http://localhost:8000/predict';
    const answer = await said(
      here(line, 'http://localhost:8000').replace('path/to/your/image.jpg', 'cat.jpg'),
    );
    expect(answer).to.have.all.keys('class_id', 'confidence', 'processing_time', 'gpu_utilization');
    const [best] = listIn(expected, 'predictions');
    // ImageNet's classes are counted without the background there.
    const shift = isEdgeTpuThere ? 1 : 0;
    expect(answer).to.have.property('class_id', Number(fieldsOf(expected).get('classes')) - shift);
    expect(answer)
      .to.have.property('confidence')
      .closeTo(Number(fieldsOf(best).get('probability')), 1e-6);
  });

  it('Cerebrium, described without a line: the likeliest classes, with a key that nobody asks for here', async () => {
    const answer = await said(
      `curl -X POST -H 'Authorization: Bearer your-api-key' -F "file=@cat.jpg" '${server.url}/predict/top?k=3'`,
    );
    expect(answer).to.have.property('processing_time').that.is.a('number');
    expect(listIn(answer, 'predictions')).to.have.length(3);
  });

  it("Seldon, described without a line: a row of the example's numbers, whose answer is its class", async () => {
    const side = 224;
    const request = {
      id: null,
      parameters: null,
      inputs: [
        {
          name: 'payload',
          shape: [1, side, side, 3],
          datatype: 'FP32',
          parameters: { content_type: 'np', headers: null },
          data: Array.from({ length: side * side * 3 }, (_, index) => (index % 256) / 255),
        },
      ],
      outputs: null,
    };
    await writeFile(path.join(folder, 'payload.json'), JSON.stringify(request));
    const answer = await said(
      `curl -H 'Content-Type: application/json' -d @payload.json ${server.url}/v2/models/six-classes/infer`,
    );
    expect(answer).to.have.nested.property('outputs[0].name', 'output-0');
    expect(answer).to.have.deep.nested.property('outputs[0].shape', [1, 1]);
    expect(answer).to.have.nested.property('outputs[0].datatype', 'INT64');
    expect(answer).to.have.nested.property('outputs[0].data[0]').within(0, 5);
  });
});
