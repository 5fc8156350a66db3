/** Where a server listens, from its log. */
import { expect } from 'chai';
import { portIn } from '../../../../benchmarks/children/server-process.ts';

describe('the port of a server', () => {
  it('is read from the line that says where it listens', () => {
    const log =
      '{"level":30,"host":"127.0.0.1","port":43211,"msg":"Fovea listens on http://127.0.0.1:43211."}\n';
    expect(portIn(log)).to.equal(43_211);
  });

  it('is unknown before that line is there', () => {
    expect(portIn('')).to.equal(undefined);
  });
});
