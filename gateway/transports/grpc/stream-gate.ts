/** Lets the messages of a stream in a few at a time, and counts the memory of those that have arrived. */
import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import type { ServingError } from '../../domain/errors.ts';
import type { MemoryBudget, MemoryShare } from './call-outcome.ts';

type Call = Parameters<ServerInterceptor>[1];

/** A message that was let in. */
export class AdmittedMessage {
  readonly bytes: Buffer;
  /** Why there is no room for it, when there is none. */
  readonly refusal: ServingError | undefined;
  /** Gives its memory back. */
  readonly release: () => void;
  /** Makes room for the next one. */
  readonly leave: () => void;

  constructor(
    bytes: Buffer,
    refusal: ServingError | undefined,
    done: { release: () => void; leave: () => void },
  ) {
    this.bytes = bytes;
    this.refusal = refusal;
    this.release = done.release;
    this.leave = done.leave;
  }
}

export interface StreamGateOptions {
  /** Messages that may be inside at once; one more waits before the gate, and no other is read meanwhile. */
  readonly mostInside: number;
  readonly budget: MemoryBudget | undefined;
}

/**
 * The library itself reads up to sixteen messages ahead, of whatever size. It asks for the next one only after it was
 * given the last, which is what this waits with.
 *
 * @returns a call whose handler gets every message as an AdmittedMessage
 */
export function gatedCall(call: Call, { mostInside, budget }: StreamGateOptions): ServerInterceptingCall {
  let inside = 0;
  let letNextIn: (() => void) | undefined;
  const shares = new Set<MemoryShare>();
  const admitted = (bytes: Buffer): AdmittedMessage => {
    const share = budget?.open();
    const refusal = share?.take(bytes.byteLength);
    if (share !== undefined) shares.add(share);
    let isInside = true;
    return new AdmittedMessage(bytes, refusal, {
      release: () => {
        if (share === undefined) return;
        share.release();
        shares.delete(share);
      },
      leave: () => {
        if (!isInside) return;
        isInside = false;
        inside -= 1;
        letNextIn?.();
      },
    });
  };
  return new ServerInterceptingCall(call, {
    start: (next) => {
      next({
        onReceiveMessage: (bytes: unknown, pass) => {
          if (!Buffer.isBuffer(bytes)) throw new Error('messages of streams come as bytes');
          const message = admitted(bytes);
          letNextIn = () => {
            letNextIn = undefined;
            inside += 1;
            pass(message);
          };
          if (inside < mostInside) letNextIn();
        },
        onCancel: () => {
          letNextIn = undefined;
          for (const share of shares) share.release();
          shares.clear();
        },
      });
    },
  });
}
