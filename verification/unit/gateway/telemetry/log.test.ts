/** The log: what reaches its destination in either format, and what the level keeps back. */
import { expect } from 'chai';
import { createLog, type LogOptions } from '../../../../gateway/telemetry/log.ts';

function collect(options: Omit<LogOptions, 'destination'>): {
  log: ReturnType<typeof createLog>;
  lines: string[];
} {
  const lines: string[] = [];
  const log = createLog({ ...options, destination: { write: (line) => lines.push(line) } });
  return { log, lines };
}

const failure = new Error('the sum is wrong', { cause: new Error('the disk is full') });

describe('log', () => {
  it('writes one JSON object a line, with time, level, message and fields', () => {
    const { log, lines } = collect({ level: 'info', pretty: false });
    log.info({ model: 'resnet', milliseconds: 12 }, 'ready');
    expect(lines).to.have.length(1);
    const entry: unknown = JSON.parse(lines[0] ?? '');
    expect(entry).to.include({ level: 'info', message: 'ready', model: 'resnet', milliseconds: 12 });
    expect(entry)
      .to.have.property('time')
      .that.matches(/^\d{4}-\d\d-\d\dT/);
  });

  it('keeps back what is below the level', () => {
    const { log, lines } = collect({ level: 'warn', pretty: false });
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines.join('')).to.match(/"c"[^]*"d"/);
    expect(lines).to.have.length(2);
  });

  it('writes nothing at all when silent', () => {
    const { log, lines } = collect({ level: 'silent', pretty: false });
    log.error({ error: failure }, 'x');
    expect(lines).to.deep.equal([]);
  });

  it('writes an error with its cause', () => {
    const { log, lines } = collect({ level: 'info', pretty: false });
    log.error({ error: failure }, 'failed');
    expect(lines[0]).to.contain('the sum is wrong').and.to.contain('the disk is full');
  });

  it('writes short lines for people, the error below its line', () => {
    const { log, lines } = collect({ level: 'debug', pretty: true });
    log.debug({ model: 'resnet', versions: [1, 2] }, 'loading');
    log.error({ error: failure }, 'failed');
    expect(lines[0]).to.match(/^\d\d:\d\d:\d\d debug loading model=resnet versions=\[1,2\]\n$/);
    expect(lines[1]).to.match(
      /^\d\d:\d\d:\d\d error failed\n {4}Error: the sum is wrong[^]*the disk is full[^]*\n$/,
    );
  });
});
