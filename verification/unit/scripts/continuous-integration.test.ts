/** `.ci/run`: what it runs, and the one line that it ends with. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What npm does for one of the three commands: what it prints and how it exits. */
interface Step {
  readonly out: string;
  readonly code: number;
}

const fine: Step = { out: '12 passed, 0 failed, 3 skipped', code: 0 };

describe('.ci/run', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fovea-ci-'));
    fs.mkdirSync(path.join(folder, '.ci'));
    fs.mkdirSync(path.join(folder, 'bin'));
    fs.copyFileSync('.ci/run', path.join(folder, '.ci', 'run'));
  });

  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Runs it with an npm that does as it is told. */
  function run(steps: { readonly check?: Step; readonly test?: Step; readonly stack?: Step }): {
    readonly status: number | null;
    readonly lines: readonly string[];
  } {
    const nothing: Step = { out: '', code: 0 };
    const { check = nothing, test = fine, stack = nothing } = steps;
    const clause = (pattern: string, { out, code }: Step): string =>
      `${pattern}) printf '%s\\n' '${out}'; exit ${code} ;;`;
    const script = [
      '#!/bin/sh',
      'case "$*" in',
      clause('test', test),
      clause('*test:stack*', stack),
      clause('*check*', check),
      'esac',
    ].join('\n');
    fs.writeFileSync(path.join(folder, 'bin', 'npm'), script, { mode: 0o755 });
    const { status, stdout } = spawnSync('bash', [path.join(folder, '.ci', 'run')], {
      encoding: 'utf8',
      env: { PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
    });
    return { status, lines: stdout.trimEnd().split('\n') };
  }

  it('ends with the sum of both counting lines', () => {
    const stack = { out: 'said\n10 passed, 0 failed, 1 skipped', code: 0 };
    const { status, lines } = run({ stack });
    expect(lines.at(-1)).to.equal('22 passed, 0 failed, 4 skipped');
    expect(status).to.equal(0);
  });

  it('passes, counting one skipped, where the containers cannot be had', () => {
    const out = 'stack: skipped (no Docker engine answers)\n0 passed, 0 failed, 1 skipped';
    const { status, lines } = run({ stack: { out, code: 0 } });
    expect(lines).to.include('stack: skipped (no Docker engine answers)');
    expect(lines.at(-1)).to.equal('12 passed, 0 failed, 4 skipped');
    expect(status).to.equal(0);
  });

  it('fails when a test of either fails, and counts it', () => {
    const failing = { out: '9 passed, 2 failed, 0 skipped', code: 1 };
    expect(run({ test: failing, stack: fine })).to.deep.include({ status: 1 });
    const { status, lines } = run({ stack: failing });
    expect(lines.at(-1)).to.equal('21 passed, 2 failed, 3 skipped');
    expect(status).to.equal(1);
  });

  it('counts one failed for a run that ended without a count', () => {
    const { status, lines } = run({ stack: { out: 'Killed', code: 137 } });
    expect(lines.at(-1)).to.equal('12 passed, 1 failed, 3 skipped');
    expect(status).to.equal(1);
  });

  it('fails when the sources are not clean', () => {
    const { status } = run({ check: { out: 'unformatted', code: 1 }, stack: fine });
    expect(status).to.equal(1);
  });
});
