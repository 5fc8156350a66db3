/** Names what a tuned module fits: the processor's vector instructions and the version of ONNX Runtime. */
import { createRequire } from 'node:module';
import type { ReadTextFile } from './cpu-quota.ts';

export interface MachineFacts {
  readonly readTextFile: ReadTextFile;
  readonly platform: string;
  readonly architecture: string;
  /** Used where the operating system does not list the instructions. */
  readonly cpuModel: string;
}

const vectorInstructions = /^(avx|amx|sse|ssse|fma|f16c|asimd|sve|sme|i8mm|bf16|neon)/;

/** Equal for machines that may share a cache entry. */
export function machineIdentity(facts: MachineFacts): string {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(facts.readTextFile('/proc/cpuinfo') ?? '');
  const flags = (line?.[1] ?? '').split(/\s+/).filter((flag) => vectorInstructions.test(flag));
  const instructions = flags.length === 0 ? facts.cpuModel : flags.sort().join(' ');
  return [facts.platform, facts.architecture, instructions, `onnxruntime ${runtimeVersion()}`].join('; ');
}

/** Read from the package's description: importing the package would load its native code into this thread. */
function runtimeVersion(): string {
  const description: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json');
  if (typeof description === 'object' && description !== null && 'version' in description) {
    return String(description.version);
  }
  throw new Error('onnxruntime-node does not say its version');
}
