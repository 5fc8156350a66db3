/** Refuses a Node.js that cannot run Fovea, in words, before any newer syntax is read. */
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (!isSupported) {
  console.error(
    'fovea: needs Node.js 20.19 or newer (of the 22 line, 22.12 or newer); this is ' +
      process.versions.node +
      '. Install a newer Node.js and run the same command again.',
  );
  process.exit(1);
}
