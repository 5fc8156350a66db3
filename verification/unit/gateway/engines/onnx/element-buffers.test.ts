/** Which memory of tensors goes to another thread without a copy. */
import { expect } from 'chai';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { elementBuffers } from '../../../../../gateway/engines/onnx/element-buffers.ts';

const floats = (elements: Float32Array): Tensor => ({
  datatype: 'float32',
  shape: [elements.length],
  elements,
});

describe('elementBuffers', () => {
  it('names the memory of every numeric tensor', () => {
    const [left, right] = [new Float32Array(2), new Float32Array(3)];
    expect(elementBuffers([floats(left), floats(right)])).to.deep.equal([left.buffer, right.buffer]);
  });

  it('names memory once that several tensors look into, as a transfer list must', () => {
    const memory = new ArrayBuffer(32);
    const halves = [new Float32Array(memory, 0, 4), new Float32Array(memory, 16, 4)].map(floats);
    const buffers = elementBuffers(halves);
    expect(buffers).to.have.length(1);
    expect(structuredClone(halves, { transfer: buffers })[1]?.elements.length).to.equal(4);
  });

  it('leaves strings and shared memory where they are, which cannot be handed over', () => {
    const strings: Tensor = { datatype: 'string', shape: [1], elements: [new Uint8Array(4)] };
    const shared = floats(new Float32Array(new SharedArrayBuffer(8)));
    expect(elementBuffers([strings, shared])).to.deep.equal([]);
  });
});
