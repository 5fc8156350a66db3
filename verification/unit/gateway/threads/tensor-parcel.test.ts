/** Tensors that are sent to another thread come out as they went in. */
import { MessageChannel } from 'node:worker_threads';
import { expect } from 'chai';
import type { Tensor } from '../../../../gateway/domain/tensor.ts';
import {
  memoryOf,
  packTensors,
  unpackTensors,
  type TensorParcel,
} from '../../../../gateway/threads/tensor-parcel.ts';

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

describe('tensor-parcel', () => {
  it('brings numbers and strings, empty ones and none, to the other end with their memory', async () => {
    const elements = Float32Array.of(1.5, -2, NaN);
    const tensors = new Map<string, Tensor>([
      ['floats', { datatype: 'float32', shape: [3, 1], elements }],
      [
        'strings',
        { datatype: 'string', shape: [2, 2], elements: [bytes(7), bytes(), bytes(1, 2, 3), bytes(255)] },
      ],
      ['nothing', { datatype: 'string', shape: [0], elements: [] }],
    ]);
    const { port1, port2 } = new MessageChannel();
    const parcel = packTensors(tensors);
    const buffers = memoryOf(parcel).filter((buffer) => buffer instanceof ArrayBuffer);
    const arrived = new Promise<TensorParcel>((resolve) => port2.once('message', resolve));
    port1.postMessage(parcel, buffers);
    const received = unpackTensors(await arrived);
    port1.close();
    expect(Array.from(received.keys())).to.deep.equal(['floats', 'strings', 'nothing']);
    expect(received.get('floats')).to.deep.equal({
      datatype: 'float32',
      shape: [3, 1],
      elements: Float32Array.of(1.5, -2, NaN),
    });
    expect(received.get('strings')).to.deep.equal({
      datatype: 'string',
      shape: [2, 2],
      elements: [bytes(7), bytes(), bytes(1, 2, 3), bytes(255)],
    });
    expect(received.get('nothing')).to.deep.equal({ datatype: 'string', shape: [0], elements: [] });
    expect(elements.byteLength, 'given away').to.equal(0);
  });
});
