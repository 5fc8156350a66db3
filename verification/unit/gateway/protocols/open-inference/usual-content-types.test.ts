/** Content types of the model's settings fill in for what a request does not say. */
import { expect } from 'chai';
import { withUsualContentTypes } from '../../../../../gateway/protocols/open-inference/usual-content-types.ts';
import type { InferRequest } from '../../../../../gateway/wire/open-inference/infer-request.ts';

const none = new Map<string, string>();
const type = (text: string) => new Map([['content_type', text]]);

function request(parameters = none, ofInput = none): InferRequest {
  const tensor = { datatype: 'string', shape: [1], elements: [new Uint8Array(1)] } as const;
  return { id: '', parameters, inputs: [{ name: 'images', parameters: ofInput, tensor }], outputs: [] };
}

function typesOf({ parameters, inputs }: InferRequest) {
  return [parameters.get('content_type'), inputs[0]?.parameters.get('content_type')];
}

describe('usual content types', () => {
  it('are those of the request and of the input by its name', () => {
    const usual = { request: 'hf', inputs: type('x'), outputs: [] };
    expect(typesOf(withUsualContentTypes(request(), usual))).to.deep.equal(['hf', 'hf']);
    const named = { ...usual, inputs: new Map([['images', 'np']]) };
    expect(typesOf(withUsualContentTypes(request(), named))).to.deep.equal(['hf', 'np']);
  });

  it('give way to what the request says', () => {
    const usual = { request: 'hf', inputs: new Map([['images', 'np']]), outputs: ['hg_jsonlist'] };
    const said = request(type('str'), type('base64'));
    expect(typesOf(withUsualContentTypes(said, usual))).to.deep.equal(['str', 'base64']);
  });

  it('make labels the answer when the settings say so of an output', () => {
    const usual = { request: undefined, inputs: none, outputs: ['hg_jsonlist'] };
    expect(typesOf(withUsualContentTypes(request(), usual))).to.deep.equal(['hg_jsonlist', undefined]);
  });

  it('leave the request alone when there are none', () => {
    const sent = request();
    expect(withUsualContentTypes(sent, undefined)).to.equal(sent);
    const empty = { request: undefined, inputs: none, outputs: ['np'] };
    expect(typesOf(withUsualContentTypes(sent, empty))).to.deep.equal([undefined, undefined]);
  });
});
