/** Says on standard error what is being done, and for how long when it takes longer than a moment. */
import process from 'node:process';

const refreshMilliseconds = { terminal: 1000, file: 10_000 };

/** Runs `work` under a line such as `fovea: building … 6 s`; standard output stays free for the program's own. */
export async function announce(text, work) {
  const started = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const write = (ending) => {
    if (isTerminal) process.stderr.write(`\r\u001b[2Kfovea: ${text} … ${ending}`);
    else process.stderr.write(`fovea: ${text} … ${ending}\n`);
  };

  write('');
  const timer = setInterval(
    () => write(seconds()),
    isTerminal ? refreshMilliseconds.terminal : refreshMilliseconds.file,
  );
  let outcome = 'failed after';
  try {
    const result = await work();
    outcome = 'done in';
    return result;
  } finally {
    clearInterval(timer);
    write(`${outcome} ${seconds()}`);
    if (isTerminal) process.stderr.write('\n');
  }
}
