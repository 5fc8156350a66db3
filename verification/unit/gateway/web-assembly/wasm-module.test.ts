/** A module that is written down by hand runs: numbers of every length, locals, loops. */
import { expect } from 'chai';
import { Assembler, wasmModule } from '../../../../gateway/web-assembly/wasm-module.ts';
import { webAssembly } from '../../../../gateway/web-assembly/web-assembly.ts';

/** Copies 32 bits from an address to `to`, `turns` times, with a step between the copies. */
function copying(step: number, offset: number): (from: number, to: number, turns: number) => Uint32Array {
  if (webAssembly === null) throw new Error('this test needs WebAssembly');
  const bytes = wasmModule({
    name: 'copy',
    parameters: ['from', 'to', 'turns'],
    integers: [],
    vectors: ['word'],
    body: (assembler) => [
      assembler.loop(
        [
          assembler.get('from'),
          assembler.loadEverywhere(offset),
          assembler.set('word'),
          assembler.get('to'),
          assembler.get('word'),
          assembler.storeLane(0),
          assembler.raise('to', step),
          assembler.drop,
        ],
        [assembler.raise('turns', -1)],
      ),
    ],
  });
  const { Memory, Module, Instance } = webAssembly;
  const memory = new Memory({ initial: 1, maximum: 1 });
  const words = new Uint32Array(memory.buffer);
  words.set([...words.keys()]);
  const { copy } = new Instance(new Module(bytes), { host: { memory } }).exports;
  if (typeof copy !== 'function') throw new Error('the module exports nothing to call');
  return (from, to, turns) => {
    Reflect.apply(copy, undefined, [from, to, turns]);
    return words;
  };
}

describe('wasmModule', () => {
  for (const step of [4, -4, 64, -64, 128, 1000, -1000, 8192]) {
    for (const offset of [0, 124, 128, 16_384]) {
      it(`writes down a step of ${step} and an offset of ${offset}`, () => {
        const words = copying(step, offset)(40, 32_768, 3);
        const copied = [0, 1, 2].map((turn) => words[(32_768 + turn * step) / 4]);
        expect(copied).to.deep.equal(Array(3).fill((40 + offset) / 4));
        const beyond = (32_768 + 3 * step) / 4;
        expect(words[beyond]).to.equal(beyond);
      });
    }
  }

  it('refuses a local that nobody declared', () => {
    expect(() => new Assembler(['known']).get('unknown')).to.throw('unknown');
  });
});
