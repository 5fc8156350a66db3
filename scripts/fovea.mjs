/** `npm run fovea -- <command>`: prepares what is missing, then runs one command of the program. */
import './require-node.mjs';

const { runMain } = await import('./bootstrap/run-main.mjs');
await runMain(process.argv.slice(2));
