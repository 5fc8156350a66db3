/** Health and reflection as load balancers and grpcurl ask for them. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { GrpcServer } from '../../../../../gateway/transports/grpc/grpc-server.ts';
import { fileCodec } from '../../../../../gateway/wire/file-descriptors.ts';
import { GrpcCaller } from '../../../../support/grpc-caller.ts';
import { healthCheck, healthWatch, reflect } from '../../../../support/grpc-reflection.ts';

describe('gRPC health and reflection', () => {
  let isReady = true;
  let server: GrpcServer;
  let caller: GrpcCaller;

  beforeEach(async () => {
    isReady = true;
    server = new GrpcServer({
      methods: [{ path: '/test.Echo/Say', answer: async (request) => request }],
      packageDefinition: () => ({}),
      isReady: () => isReady,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      maxMessageBytes: 1000,
    });
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    caller = new GrpcCaller(port);
  });
  afterEach(async () => {
    caller.close();
    await server.close(0);
  });

  it('answers by the readiness of this moment, for the server and for each service', async () => {
    for (const service of ['', 'test.Echo']) {
      isReady = true;
      const before = await caller.call(healthCheck, { service });
      expect(before.response).to.deep.equal({ status: 'SERVING' });
      isReady = false;
      const after = await caller.call(healthCheck, { service });
      expect(after.response).to.deep.equal({ status: 'NOT_SERVING' });
    }
    const { code } = await caller.call(healthCheck, { service: 'test.Other' });
    expect(code).to.equal(status.NOT_FOUND);
  });

  it('tells those who watch, and lets them go when it stops', async () => {
    const states: unknown[] = [];
    const stream = caller.client.makeServerStreamRequest(
      healthWatch.path,
      healthWatch.requestSerialize,
      healthWatch.responseDeserialize,
      { service: '' },
    );
    stream.on('error', () => undefined);
    const next = (): Promise<unknown> => new Promise((resolve) => stream.once('data', resolve));
    states.push(await next());
    isReady = false;
    states.push(await next());
    isReady = true;
    states.push(await next());
    expect(states).to.deep.equal([{ status: 'SERVING' }, { status: 'NOT_SERVING' }, { status: 'SERVING' }]);
    const ended = new Promise((resolve) => stream.once('status', resolve));
    expect(await server.close(10_000)).to.equal(true);
    expect(await ended).to.include({ code: status.UNAVAILABLE });
  });

  it('lists its services by reflection, health among them', async () => {
    const answer = await reflect(caller, { list_services: '' });
    expect(answer).to.have.nested.property('list_services_response.service').that.deep.includes({
      name: 'grpc.health.v1.Health',
    });
    const file = await reflect(caller, { file_containing_symbol: 'grpc.health.v1.Health' });
    expect(file).to.have.nested.property('file_descriptor_response.file_descriptor_proto').with.length(1);
    const unknown = await reflect(caller, { file_containing_symbol: 'test.Other' });
    expect(unknown).to.have.nested.property('error_response.error_code', status.NOT_FOUND);
  });

  it('describes health as a compiler does, or clients that check it refuse to ask', async () => {
    const answer = await reflect(caller, { file_containing_symbol: 'grpc.health.v1.Health' });
    const [bytes] = (answer as { file_descriptor_response: { file_descriptor_proto: readonly Buffer[] } })
      .file_descriptor_response.file_descriptor_proto;
    const { messageType = [] } = fileCodec().deserialize(bytes ?? Buffer.alloc(0));
    const described = (name: string): object | undefined => messageType.find((one) => one.name === name);
    // https://protobuf.dev/programming-guides/proto3/#maps: a map field is a repeated message of this name.
    const scope = '.grpc.health.v1';
    expect(described('HealthListResponse'))
      .to.nested.include({
        'field[0].typeName': `${scope}.HealthListResponse.StatusesEntry`,
        'nestedType[0].name': 'StatusesEntry',
      })
      .and.have.nested.property('nestedType[0].field[1].typeName', `${scope}.HealthCheckResponse`);
    expect(described('HealthCheckResponse')).to.have.nested.property(
      'field[0].typeName',
      `${scope}.HealthCheckResponse.ServingStatus`,
    );
  });
});
