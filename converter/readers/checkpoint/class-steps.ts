/** The opcodes that name a class, call it or set attributes: only the closed list has a meaning, and nothing runs. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { allowedClass } from './allowed-classes.ts';
import type { PickleStep } from './pickle-step.ts';
import type { PickleStack } from './pickle-stack.ts';
import { AllowedClass, OpaqueClass, OpaqueValue, PickleDictionary, PickleTuple } from './pickle-values.ts';
import type { PickleValue } from './pickle-values.ts';

const advice = "nothing was executed. Save the model's state_dict() alone and give that.";

/** By the opcodes' names. */
export const classSteps: readonly (readonly [name: string, step: PickleStep])[] = [
  [
    'GLOBAL',
    (stack, bytes) => {
      stack.push(allowedClass(bytes.line(), bytes.line()));
    },
  ],
  [
    'STACK_GLOBAL',
    (stack) => {
      const name = stack.pop();
      stack.push(allowedClass(textual(stack.pop()), textual(name)));
    },
  ],
  [
    'REDUCE',
    (stack) => {
      const { callee, parameters } = popCall(stack);
      if (callee.call === undefined) {
        throw new UnsupportedModel(`${callee.name} is only allowed as a name, not to be called; ${advice}`);
      }
      stack.push(callee.call(parameters));
    },
  ],
  [
    'NEWOBJ',
    (stack) => {
      const { callee } = popCall(stack);
      if (!(callee instanceof OpaqueClass)) {
        throw new UnsupportedModel(`The opcode NEWOBJ is not allowed with ${callee.name}; ${advice}`);
      }
      stack.push(callee.value);
    },
  ],
  ['BUILD', build],
];

function textual(value: PickleValue): string {
  if (typeof value === 'string') return value;
  throw new MalformedBytes('A class is named by something that is no text.');
}

function popCall(stack: PickleStack): { callee: AllowedClass; parameters: readonly PickleValue[] } {
  const parameters = stack.pop();
  const callee = stack.pop();
  if (callee instanceof AllowedClass && parameters instanceof PickleTuple) {
    return { callee, parameters: parameters.items };
  }
  throw new MalformedBytes('Something that is no class is called.');
}

/**
 * Attributes are dropped: `_metadata` of a state dictionary has no bearing on the weights, and of what lies beside them
 * nothing is made.
 */
function build(stack: PickleStack): void {
  stack.pop();
  const object = stack.top();
  if (object instanceof PickleDictionary || object instanceof OpaqueValue) return;
  throw new UnsupportedModel(
    `The opcode BUILD is only allowed on dictionaries and on what stands beside the weights; ${advice}`,
  );
}
