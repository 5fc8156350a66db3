/** The requests of the load generator, read as the gateway reads them. */
import { expect } from 'chai';
import { constantModel, constantSignature } from '../../../../benchmarks/children/constant-model.ts';
import {
  inferPath,
  isRequestForm,
  postJson,
  writeRequest,
  type RequestForm,
} from '../../../../benchmarks/children/http-requests.ts';
import { leafBody, leafModel, leafSignature } from '../../../../benchmarks/children/leaf-pictures.ts';
import { parseInferBody } from '../../../../gateway/protocols/open-inference/parse-infer-body.ts';
import { parseMultipart } from '../../../../gateway/transports/http/multipart.ts';

const picture = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256));

interface Sent {
  readonly line: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

function sent(request: Buffer): Sent {
  const end = request.indexOf('\r\n\r\n');
  const [line = '', ...lines] = request.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((one) => {
      const [name = '', value = ''] = one.split(': ');
      return [name.toLowerCase(), value] as const;
    }),
  );
  const body = request.subarray(end + 4);
  expect(headers.get('content-length')).to.equal(String(body.byteLength));
  return { line, headers, body };
}

const write = (form: RequestForm, path = '/there'): Sent => sent(writeRequest[form](path, picture));

/** The bytes of the one picture in an inference, however it was sent. */
function pictureIn({ headers, body }: Sent): Uint8Array | undefined {
  const headLength = headers.get('inference-header-content-length');
  const request = parseInferBody({
    bytes: body,
    headLength: headLength === undefined ? undefined : Number(headLength),
  });
  expect(request.inputs.map(({ name }) => name)).to.deep.equal(
    constantSignature.inputs.map(({ name }) => name),
  );
  expect(request.outputs.map(({ name }) => name)).to.deep.equal(['classes']);
  const tensor = request.inputs[0]?.tensor;
  if (tensor?.datatype !== 'string') return undefined;
  if ('elements' in tensor) return tensor.elements[0];
  const [text] = tensor.texts;
  return typeof text === 'string' ? Buffer.from(text, 'base64') : text?.bytes;
}

describe('requests of the load generator', () => {
  it('are those that there are', () => {
    expect(Object.keys(writeRequest).every(isRequestForm)).to.equal(true);
    expect([isRequestForm('leaves'), isRequestForm('toString'), isRequestForm(1)]).to.deep.equal([
      false,
      false,
      false,
    ]);
  });

  it('hold the picture as a file, or are the picture', () => {
    const form = write('form');
    const [part] = parseMultipart(form.body, form.headers.get('content-type') ?? '', 1);
    expect(part?.bytes.equals(picture)).to.equal(true);
    const { line, headers, body } = write('body');
    expect([line, headers.get('content-type')]).to.deep.equal(['POST /there HTTP/1.1', 'image/jpeg']);
    expect(body.equals(picture)).to.equal(true);
  });

  it('hold the picture as both forms of an inference have it', () => {
    for (const form of ['infer-json', 'infer-binary'] as const) {
      const request = write(form, inferPath);
      expect(request.line).to.include(constantModel.name);
      expect(picture.equals(pictureIn(request) ?? Buffer.alloc(0)), form).to.equal(true);
    }
  });

  it('hold the picture as clients of TensorFlow Serving send it', () => {
    const body: unknown = JSON.parse(write('predict').body.toString());
    expect(body).to.deep.equal({ instances: [{ b64: picture.toString('base64') }] });
  });

  it('hold as many numbers as sixteen pictures have, none of them rounded', () => {
    const path = `/v2/models/${leafModel.name}/infer`;
    const { body } = sent(postJson(path, leafBody()));
    const [input] = parseInferBody({ bytes: body }).inputs;
    const [specification] = leafSignature.inputs;
    expect(input?.tensor.datatype).to.equal(specification?.datatype);
    expect(input?.tensor.shape).to.deep.equal([16, 224, 224, 3]);
    const elements = input && 'elements' in input.tensor ? input.tensor.elements : undefined;
    expect(elements).to.be.instanceOf(Float32Array).and.to.have.lengthOf(2_408_448);
    expect(body.byteLength).to.be.greaterThan(40_000_000);
  }).timeout(20_000);
});
