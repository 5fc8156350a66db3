/** `npm run build`: installs and compiles what is missing, and nothing else. */
import './require-node.mjs';

const { prepareOrExit } = await import('./bootstrap.mjs');
await prepareOrExit();
