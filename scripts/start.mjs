/** `npm start`: prepares what is missing, then serves in this same process. */
import './require-node.mjs';

const { runMain } = await import('./bootstrap/run-main.mjs');
await runMain(['serve', ...process.argv.slice(2)]);
