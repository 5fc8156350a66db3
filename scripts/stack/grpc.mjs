/** Calls one method of gRPC as a client that shares no code with the server: HTTP/2 of Node.js and nothing else. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import http2 from 'node:http2';
import { buffer } from 'node:stream/consumers';

const prefixBytes = 5;

/** Resolves to the message of the answer; a status other than OK is an error, and so is more than `seconds` of waiting. */
export async function callGrpc(port, path, message, seconds) {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  // Whoever reads the call hears of it.
  session.on('error', () => undefined);
  try {
    return await callOver(session, path, message, AbortSignal.timeout(seconds * 1000));
  } finally {
    session.close();
  }
}

async function callOver(session, path, message, signal) {
  const call = session.request(
    { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
    { signal },
  );
  // An answer without a message has its status in the headers.
  let status;
  for (const event of ['response', 'trailers'])
    call.on(event, (headers) => {
      status = headers['grpc-status'] ?? status;
    });
  // A byte that says "not packed", and the length.
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  call.end(Buffer.concat([prefix, message]));
  const answer = await buffer(call);
  assert.equal(status, '0', `${path} ended with status ${status}`);
  assert.equal(answer.readUInt32BE(1), answer.length - prefixBytes);
  return answer.subarray(prefixBytes);
}
