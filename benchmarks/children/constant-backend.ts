/** Process that stands in for TensorFlow Serving and answers every picture at once, over REST and gRPC. */
import { createServer } from 'node:http';
import { answerRequests } from './answer-requests.ts';
import { constantGrpc } from './constant-grpc.ts';
import { constantRest } from './constant-rest.ts';
import { listenLocally } from './listening.ts';

const longIdleMilliseconds = 600_000;

async function open(): Promise<object> {
  const rest = createServer({ keepAliveTimeout: longIdleMilliseconds }, constantRest());
  return { rest: await listenLocally(rest), grpc: await listenLocally(constantGrpc()) };
}

await answerRequests({ open });
