/** What a question came to, in words that every dialect shares. */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { CalledMethod, GrpcCaller } from './grpc-caller.ts';

export type Fault = 'invalid' | 'missing' | 'too large' | 'unavailable';

/** `rows`: the scores of each picture, or of each row of a tensor, by class. */
export type Outcome =
  | { readonly rows: readonly (readonly number[])[] }
  | { readonly fault: Fault | undefined; readonly told: string };

export interface AskedServer {
  readonly url: string;
  readonly grpc: GrpcCaller;
}

const faultsOfHttp = new Map<number, Fault>([
  [400, 'invalid'],
  [404, 'missing'],
  [413, 'too large'],
  [503, 'unavailable'],
]);
const faultsOfGrpc = new Map<number, Fault>([
  [status.INVALID_ARGUMENT, 'invalid'],
  [status.NOT_FOUND, 'missing'],
  [status.RESOURCE_EXHAUSTED, 'too large'],
  [status.UNAVAILABLE, 'unavailable'],
]);

/** @param rowsOf gets the body of a good answer */
export async function post(
  url: string,
  request: Pick<RequestInit, 'body' | 'headers'>,
  rowsOf: (body: Buffer, headers: Headers) => readonly (readonly number[])[],
): Promise<Outcome> {
  const answer = await fetch(url, { method: 'POST', ...request });
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.ok) return { rows: rowsOf(body, answer.headers) };
  const told = answer.headers.get('content-type');
  expect(told, url).to.equal('application/json');
  const { error } = JSON.parse(body.toString()) as { readonly error: string };
  return { fault: faultsOfHttp.get(answer.status), told: `${answer.status} ${error}` };
}

/** @param rowsOf gets the message of a good answer */
export async function call(
  { grpc }: AskedServer,
  [method, request]: readonly [CalledMethod<object, object> | undefined, object],
  rowsOf: (message: object) => readonly (readonly number[])[],
): Promise<Outcome> {
  if (method === undefined) throw new Error('there is no such method');
  const { code, details, response } = await grpc.call(method, request);
  if (code === status.OK && response !== undefined) return { rows: rowsOf(response) };
  return { fault: faultsOfGrpc.get(code), told: `${status[code]} ${details}` };
}

/** Rows of a flat list. */
export function rowsOfWidth(values: ArrayLike<number>, rows: number): readonly (readonly number[])[] {
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, row) => Array.from(values).slice(row * width, (row + 1) * width));
}

/** Little-endian 32-bit floats at the end of bytes. */
export function lastFloats(bytes: Uint8Array, count: number): readonly number[] {
  const from = bytes.byteLength - 4 * count;
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, 4 * count);
  return Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true));
}
