/** Reads one pickle without Python: allowed opcodes, allowed classes, nothing executed, in bounded time and memory. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import { opcodeName } from './pickle-opcodes.ts';
import { PickleStack } from './pickle-stack.ts';
import { pickleSteps } from './pickle-steps.ts';
import type { PickleValue, StoredStorage } from './pickle-values.ts';

/** A tensor takes about 30 steps; each makes at most one small object. */
const mostSteps = 4_000_000;

export interface Pickle {
  readonly value: PickleValue;
  /** Every storage the pickle names, by key. */
  readonly storages: ReadonlyMap<string, StoredStorage>;
}

/**
 * Moves the cursor behind the pickle's STOP.
 *
 * Values may contain themselves, as they may in Python: walk them with a limit.
 *
 * @throws UnsupportedModel naming an opcode or class that is not on the closed list.
 * @throws MalformedBytes when the bytes are no pickle or end early.
 */
export function readPickle(bytes: PickleCursor): Pickle {
  const stack = new PickleStack();
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const at = bytes.at;
    const code = bytes.uint8();
    const name = opcodeName(code);
    if (name === undefined) throw new MalformedBytes(`Byte ${at} is ${code}, which is no pickle opcode.`);
    if (name === 'STOP') return { value: stack.pop(), storages: stack.storages };
    const step = pickleSteps.get(name);
    if (step === undefined) {
      throw new UnsupportedModel(
        `The pickle opcode ${name} (byte ${at}) is not allowed in a checkpoint; nothing was executed. ` +
          "Save the model's state_dict() alone, with PyTorch's own settings, and give that.",
      );
    }
    step(stack, bytes);
  }
  throw new MalformedBytes(`The pickle has more than ${mostSteps} steps.`);
}
