/** Process that loads a server over HTTP: pictures in a closed loop, or a probe at a steady pace. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { median, percentile } from '../measurement/statistics.ts';
import { answerRequests, numberOf, textOf, textsOf, type Request } from './answer-requests.ts';
import { closedLoop } from './closed-loop.ts';
import { HttpConnection } from './http-connection.ts';
import { isRequestForm, plainRequest, postJson, writeRequest } from './http-requests.ts';
import { leafBody, leafRows } from './leaf-pictures.ts';

let port = 0;
let requests: readonly Buffer[] = [];
let connections: HttpConnection[] = [];

async function open(request: Request): Promise<object> {
  port = numberOf(request, 'port');
  const path = textOf(request, 'path');
  const form = request['form'] ?? 'form';
  if (form === 'leaves') requests = [postJson(path, leafBody())];
  else if (form === 'leaf-rows') requests = [postJson(path, leafRows())];
  else if (isRequestForm(form)) {
    const pictures = await Promise.all(textsOf(request, 'pictures').map((file) => readFile(file)));
    requests = pictures.map((picture) => writeRequest[form](path, picture));
  } else throw new Error('there is no such form of requests');
  return {};
}

async function run(request: Request): Promise<object> {
  const concurrency = numberOf(request, 'connections');
  await connect(concurrency);
  return closedLoop({ concurrency, count: numberOf(request, 'count'), act: send });
}

async function send(item: number, slot: number): Promise<void> {
  const bytes = requests[item % requests.length];
  const connection = connections[slot];
  if (bytes === undefined || connection === undefined) throw new Error('there is nothing to send');
  const { status, body } = await connection.exchange(bytes);
  if (status !== 200) throw new Error(`a request was answered ${status}: ${body.slice(0, 200)}`);
}

async function connect(count: number): Promise<void> {
  connections = connections.filter(({ isOpen }) => isOpen);
  while (connections.length < count) connections.push(await HttpConnection.open(port));
}

/** Asks at fixed times whether or not the last answer is there: a server that stalls is not spared the questions. */
async function probe(request: Request): Promise<object> {
  const bytes = plainRequest(textOf(request, 'path'));
  const every = numberOf(request, 'everyMilliseconds');
  const idle: HttpConnection[] = [];
  const milliseconds: number[] = [];
  const asked: Promise<void>[] = [];
  const ask = async (): Promise<void> => {
    const connection = idle.pop() ?? (await HttpConnection.open(port));
    const began = performance.now();
    const { status } = await connection.exchange(bytes);
    if (status !== 200) throw new Error(`the probe was answered ${status}`);
    milliseconds.push(performance.now() - began);
    idle.push(connection);
  };
  const end = performance.now() + numberOf(request, 'milliseconds');
  while (performance.now() < end) {
    asked.push(ask());
    await pause(every);
  }
  await Promise.all(asked);
  for (const connection of idle) connection.close();
  return {
    asked: milliseconds.length,
    medianMilliseconds: median(milliseconds),
    p99Milliseconds: percentile(milliseconds, 0.99),
    maxMilliseconds: milliseconds.reduce((left, right) => Math.max(left, right), 0),
  };
}

await answerRequests({ open, run, probe });
