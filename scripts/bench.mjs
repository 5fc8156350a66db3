/** `npm run bench`: prepares what is missing, then measures. */
import './require-node.mjs';

const { runCompiled } = await import('./bootstrap/run-main.mjs');
await runCompiled('benchmarks/main.js', process.argv.slice(2));
