/** Machines that may share tuned modules are called the same, all others not. */
import { expect } from 'chai';
import { machineIdentity } from '../../../../../gateway/engines/onnx/machine-identity.ts';

const identityOf = (cpuInfo: string | undefined, more: { cpuModel?: string; architecture?: string } = {}) =>
  machineIdentity({
    readTextFile: () => cpuInfo,
    platform: 'linux',
    architecture: 'x64',
    cpuModel: 'Model 1',
    ...more,
  });

const x86 = 'processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu avx2 vme sse4_1 fma avx\n';

describe('machineIdentity', () => {
  it('depends on the vector instructions, not on their order, the clock or the model', () => {
    const shuffled = 'cpu MHz\t: 3000\nflags\t\t: avx fma fpu sse4_1 avx2 ht\n';
    expect(identityOf(shuffled, { cpuModel: 'Model 2' })).to.equal(identityOf(x86));
  });

  it('differs when an instruction set is missing', () => {
    expect(identityOf(x86.replace('avx2 ', ''))).to.not.equal(identityOf(x86));
  });

  it('reads how ARM lists them', () => {
    const arm = 'Features\t: fp asimd evtstrm i8mm\n';
    expect(identityOf(arm)).to.include('asimd i8mm').and.not.include('evtstrm');
  });

  it('goes by the model where the system lists no instructions', () => {
    expect(identityOf(undefined)).to.include('Model 1');
    expect(identityOf(undefined, { cpuModel: 'Model 2' })).to.not.equal(identityOf(undefined));
  });

  it('differs between architectures, and names the version of the runtime', () => {
    expect(identityOf(x86, { architecture: 'arm64' })).to.not.equal(identityOf(x86));
    expect(identityOf(x86)).to.match(/onnxruntime \d+\.\d+\.\d+/);
  });
});
