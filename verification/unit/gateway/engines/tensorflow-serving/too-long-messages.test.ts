/** A backend that says that a message was too long is told from one that lacks something else, by the words of each. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { faultOfStatus } from '../../../../../gateway/engines/tensorflow-serving/grpc-fault.ts';
import { grpcServices } from '../../../../../gateway/wire/tensorflow-serving/grpc-services.ts';
import { weighedMethod } from '../../../../../gateway/wire/weighed-method.ts';
import { EchoServer } from '../../../../support/echo-server.ts';

/** What Fovea's own server says to a client, by what provokes it. */
const ours: Readonly<Record<string, (echo: EchoServer) => ReturnType<EchoServer['say']>>> = {
  'a message beyond the limit': (echo) => echo.say(Buffer.alloc(2000)),
  'a message that stands for more than the limit': (echo) => {
    echo.answer = (request, { hold }) => {
      hold(2000);
      return Promise.resolve(request);
    };
    return echo.say('a few values');
  },
  'a message with too many values': (echo) => {
    const { predictionService, packageDefinition } = grpcServices();
    const predict = weighedMethod(predictionService, 'Predict', packageDefinition);
    echo.answer = (request) => {
      predict.requestDeserialize(Buffer.alloc(2_000_000, Buffer.of(3 * 8 + 2, 0)));
      return Promise.resolve(request);
    };
    return echo.say('two million names');
  },
};

/** As their sources have it. */
const others: readonly (readonly [string, string, string])[] = [
  ['gRPC in C++', 'Received message larger than max (5242880 vs. 4194304)', 'too-long'],
  ['a newer gRPC in C++', 'SERVER: Received message larger than max (5242880 vs. 4194304)', 'too-long'],
  ['gRPC in Go', 'grpc: received message larger than max (5242880 vs. 4194304)', 'too-long'],
  [
    'gRPC in Go of a compressed one',
    'grpc: received message after decompression larger than max (5242880 vs. 4194304)',
    'too-long',
  ],
  [
    'grpc-js of a compressed one',
    'Received message that decompresses to a size larger than 4194304',
    'too-long',
  ],
  ['gRPC in C++ of its answer', 'Sent message larger than max (5242880 vs. 4194304)', 'failed'],
  ['a backend with too much to do', 'The batch scheduling queue is full', 'overloaded'],
  ['a backend without memory', 'OOM when allocating a tensor larger than the device has', 'overloaded'],
];

describe('a backend that is out of something', () => {
  let echo: EchoServer;
  beforeEach(async () => {
    echo = new EchoServer();
    await echo.start();
  });
  afterEach(() => echo.stop());

  for (const [title, provoke] of Object.entries(ours)) {
    it(`is understood when it is Fovea and refuses ${title}`, async () => {
      const { code, details } = await provoke(echo);
      expect(code).to.equal(status.RESOURCE_EXHAUSTED);
      expect(faultOfStatus(code, details)).to.include({ reason: 'too-long' });
    });
  }

  for (const [title, words, reason] of others) {
    it(`is understood in the words of ${title}`, () => {
      expect(faultOfStatus(status.RESOURCE_EXHAUSTED, encodeURI(words))).to.include({ reason });
    });
  }
});
