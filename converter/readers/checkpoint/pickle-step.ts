/** What one opcode does to the stack, reading the bytes that follow it. */
import type { PickleCursor } from './pickle-cursor.ts';
import type { PickleStack } from './pickle-stack.ts';

export type PickleStep = (stack: PickleStack, bytes: PickleCursor) => void;
