/** `npm run verify:tensorflow`: prepares what is missing, then compares the answers of both engines. */
import './require-node.mjs';

const { runCompiled } = await import('./bootstrap/run-main.mjs');
await runCompiled('verification/tensorflow/main.js', process.argv.slice(2));
