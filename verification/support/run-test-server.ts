/** Runs `fovea test-server` in this process and keeps its exit code with all it wrote. */
import { testServer } from '../../gateway/cli/test-server.ts';
import { recordedTerminal, type TerminalOptions } from './recorded-terminal.ts';

export async function runTestServer(words: readonly string[], options: TerminalOptions = {}) {
  const terminal = recordedTerminal(options);
  const code = await testServer(words, terminal);
  return { code, ...terminal.written };
}
