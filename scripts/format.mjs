/** `npm run format`: writes every file in the house's format. */
import './require-node.mjs';
import { spawnSync } from 'node:child_process';

const { prepareOrExit, root } = await import('./bootstrap.mjs');

await prepareOrExit();
const { status } = spawnSync(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--write', '.'], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
