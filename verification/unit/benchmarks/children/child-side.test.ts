/** Conversations with measuring processes. */
import { expect } from 'chai';
import { openChildSide, serverPartCommand, toRunResult } from '../../../../benchmarks/children/child-side.ts';

/** A child that answers by a small program; `request` is what it was asked. */
function child(program: string) {
  const source = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const request = JSON.parse(line);
      console.log('a line that is no answer');
      console.log(JSON.stringify((() => { ${program} })()));
    });`;
  return { program: process.execPath, words: ['-e', source] };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => String(error),
  );
}

const answering = `return { answer: request.task === 'open'
  ? { version: '1.2' }
  : { seconds: request.count / 2, medianMilliseconds: 500, bonus: request.bonus } };`;

describe('a measuring process', () => {
  it('is opened once, run with what was agreed, and tells its version', async () => {
    const command = child(answering);
    const side = await openChildSide({ name: 'other', command, open: {}, run: { bonus: 7 } });
    const result = await side.run(4);
    await side.close();
    expect(side.name).to.equal('other 1.2');
    expect(result).to.deep.equal({ seconds: 2, medianMilliseconds: 500, extra: { bonus: 7 } });
  });

  it('of a part of the server has the options and variables of `npm start`', async () => {
    const { words, environment = {} } = serverPartCommand('engine-loop');
    expect(words).to.include.members(['--max-semi-space-size=2', '--heap-growing-percent=100']);
    const command = {
      ...child('return { answer: { version: process.env.MALLOC_ARENA_MAX } };'),
      environment,
    };
    const side = await openChildSide({ name: 'engine', command, open: {} });
    await side.close();
    expect(side.name).to.equal('engine 1');
  });

  it('fails with the words of the child', async () => {
    const command = child("return { error: 'no such model' };");
    expect(await failureOf(openChildSide({ name: 'other', command, open: {} }))).to.equal(
      'Error: no such model',
    );
  });

  it('fails when the child dies, with its last words', async () => {
    const command = child("console.error('out of memory'); process.exit(3);");
    expect(await failureOf(openChildSide({ name: 'other', command, open: {} }))).to.include('out of memory');
  });

  it('fails when there is no such program', async () => {
    const command = { program: 'fovea-no-such-program', words: [] };
    expect(await failureOf(openChildSide({ name: 'other', command, open: {} }))).to.include('ENOENT');
  });

  it('takes no answer without times', () => {
    expect(() => toRunResult({ seconds: 1 })).to.throw('without times');
  });
});
