/** Who comes first, the build thread or whoever calls it off: the other one learns of it. */
import { expect } from 'chai';
import { beginTuning, callOff, newBuildGate } from '../../../../../gateway/engines/onnx/build-gate.ts';

describe('the build gate', () => {
  it('keeps a thread out that comes after the build was called off', () => {
    const gate = newBuildGate();
    expect(callOff(gate)).to.equal(true);
    expect(beginTuning(gate)).to.equal(false);
    expect(callOff(gate), 'and stays so').to.equal(true);
  });

  it('tells whoever comes after the thread that it must be waited for', () => {
    const gate = newBuildGate();
    expect(beginTuning(gate)).to.equal(true);
    expect(callOff(gate)).to.equal(false);
    expect(beginTuning(gate), 'what has begun goes on').to.equal(true);
  });

  it('is one and the same for every thread that was given it', () => {
    const gate = newBuildGate();
    const elsewhere = structuredClone(gate);
    callOff(gate);
    expect(beginTuning(elsewhere)).to.equal(false);
  });
});
