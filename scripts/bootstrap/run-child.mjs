/** Runs another program to its end, keeps what it printed, and takes it down when the signal says so. */
import { spawn } from 'node:child_process';
import process from 'node:process';

/**
 * Resolves to `{ code, signal, output }`; rejects when the program cannot be started or `signal` was aborted.
 *
 * With `show: true` the program writes to the terminal itself and `output` is empty. With `group: true` whatever it has
 * started is taken down with it, which a shell would leave behind.
 */
export function runChild(command, childArguments, options) {
  const { cwd, signal, env = process.env, show = false, group = false } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stdio = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, childArguments, { cwd, env, stdio, detached: group });
    const stop = () => (group ? endGroup(child) : child.kill('SIGTERM'));
    signal.addEventListener('abort', stop);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code, endedBy) => {
      signal.removeEventListener('abort', stop);
      // Only now is it certain that the child writes nothing more into the tree.
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, signal: endedBy, output });
    });
  });
}

function endGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has just ended by itself.
  }
}
