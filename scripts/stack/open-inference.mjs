/** Asks the gateway's port for gRPC for the class of a picture, by the Open Inference Protocol and hand-made messages. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import { callGrpc } from './grpc.mjs';

const service = '/inference.GRPCInferenceService';
/** The wire type of everything that has a length, which is all that these messages are made of. */
const delimited = 2;

export async function askLive(port, seconds) {
  const answer = await callGrpc(port, `${service}/ServerLive`, Buffer.alloc(0), seconds);
  // Field 1, a number: true.
  assert.deepEqual([...answer], [0x08, 1]);
}

/** Resolves to the class that `model` gives the picture in `file`. */
export async function inferClass(port, model, file, seconds) {
  const contents = field(8, fs.readFileSync(file));
  const input = [field(1, 'picture'), field(2, 'BYTES'), field(3, [1]), field(5, contents)];
  const request = [field(1, model), field(5, Buffer.concat(input)), field(6, field(1, 'classes'))];
  const answer = await callGrpc(port, `${service}/ModelInfer`, Buffer.concat(request), seconds);
  const [classes, ...others] = fieldsOf(answer).flatMap(([number, bytes]) => (number === 6 ? [bytes] : []));
  assert.deepEqual([classes?.length, others], [8, []], 'the answer is not one number of 64 bits');
  return Number(classes.readBigInt64LE());
}

function field(number, value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + delimited), varint(bytes.length), bytes]);
}

function varint(number) {
  const bytes = [];
  let rest = number;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** `[number, bytes]` of each field of a message whose fields all have a length. */
function fieldsOf(message) {
  const fields = [];
  let at = 0;
  const next = () => {
    let number = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at];
      at += 1;
      number += (byte % 128) * shift;
      if (byte < 128) return number;
    }
  };
  while (at < message.length) {
    const key = next();
    assert.equal(key % 8, delimited, 'the answer has a field that is not known here');
    const end = next() + at;
    fields.push([Math.floor(key / 8), message.subarray(at, end)]);
    at = end;
  }
  return fields;
}
