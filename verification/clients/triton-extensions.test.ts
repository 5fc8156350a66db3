/** NVIDIA's tritonclient, unmodified: every datatype, streams, and the extensions that its users turn on and off. */
import path from 'node:path';
import { expect } from 'chai';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';
import { fieldsOf, listIn, parsed } from './client-answers.ts';
import { clientsPython, expectRefusal } from './python-clients.ts';
import { runClient } from './run-client.ts';

describe(`tritonclient and its extensions${clientsPython.suffix}`, function () {
  this.timeout(120_000);
  const server = new InferenceServerUnderTest({ hasEveryDatatype: true });
  let answers: ReadonlyMap<string, unknown>;

  before(async function () {
    if (clientsPython.program === undefined) return this.skip();
    await server.start();
    const host = '127.0.0.1';
    const { port } = await server.http.listen({ host, port: 0 });
    const questions = { http: `${host}:${port}`, grpc: `${host}:${await server.listenForGrpc()}` };
    const script = path.resolve('verification', 'clients', 'triton_extensions.py');
    const { code, out, error } = await runClient(clientsPython.program, [script], JSON.stringify(questions));
    expect(code, error).to.equal(0);
    answers = fieldsOf(parsed(out));
  });
  after(() => server.stop());

  for (const transport of ['Http', 'Grpc'] as const) {
    const isHttp = transport === 'Http';
    const [refused, missing] = isHttp ? ['400', '404'] : ['StatusCode.UNIMPLEMENTED', 'StatusCode.NOT_FOUND'];
    const answer = (call: string): unknown => {
      expect([...answers.keys()]).to.include(`${transport}.${call}`);
      return answers.get(`${transport}.${call}`);
    };

    it(`${transport}: sends every datatype and gets it back as it was`, () => {
      expect(answer('every_datatype')).to.deep.equal([]);
      if (isHttp) expect(answer('as_json')).to.deep.equal([]);
    });

    it(`${transport}: finds no shared memory, and hears that it is not offered`, () => {
      expect(answer('regions')).to.deep.equal([[], []]);
      expect(answer('unregister')).to.equal('done');
      expectRefusal(answer('unknown_region'), missing, /no region .* "input"/);
      for (const call of ['register_system', 'register_cuda'])
        expectRefusal(answer(call), refused, /Shared memory is not offered here/);
      const invalid = isHttp ? '400' : 'StatusCode.INVALID_ARGUMENT';
      expectRefusal(answer('infer_from_shared_memory'), invalid, /"uint8" lies in shared memory/);
      expectRefusal(answer('infer_to_shared_memory'), invalid, /"back_uint8" lies in shared memory/);
    });

    it(`${transport}: finds traces turned off, and the log as the server was started with it`, () => {
      for (const call of ['traces', 'traces_of_a_model'])
        expect(answer(call), call).to.deep.equal({ trace_level: ['OFF'] });
      expectRefusal(answer('traces_of_no_model'), missing, /no_such_model/);
      expectRefusal(answer('set_traces'), refused, /not recorded here/);
      expect(answer('log')).to.deep.equal({
        log_file: '',
        log_info: true,
        log_warning: true,
        log_error: true,
        log_verbose_level: 0,
        log_format: 'default',
      });
      expectRefusal(answer('set_log'), refused, /LOG_LEVEL/);
    });
  }

  it('Grpc: sends typed contents of every datatype that has a field', () => {
    const refusals = fieldsOf(answers.get('Grpc.typed_contents'));
    expect([...refusals.keys()]).to.have.length(14);
    for (const [name, sentence] of refusals) {
      const isWithoutField = ['float16', 'bfloat16'].includes(name);
      expect(sentence, name).to.match(isWithoutField ? /which messages have no field for/ : /is missing/);
    }
  });

  it('Grpc: hears an answer to each request of a stream in its order, and of the refused one why', () => {
    const heard = listIn(Object.fromEntries(answers), 'Grpc.stream').map((one) =>
      typeof one === 'string' ? one.split('.', 1)[0] : one,
    );
    expect(heard).to.deep.equal(
      Array.from({ length: 50 }, (_, index) =>
        index === 20 ? 'There is no model called "no_such_model"' : [String(index), [], true],
      ),
    );
  });

  it('Grpc: leaves a stream, opens another one, and hears that one was too late', () => {
    expect(answers.get('Grpc.two_streams')).to.equal('None');
    expect(answers.get('Grpc.late_stream')).to.equal('StatusCode.DEADLINE_EXCEEDED');
  });
});
