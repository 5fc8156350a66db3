/** Bounds the memory of all uploads together, however many connections bring them. */
import { ServingError } from '../../domain/errors.ts';
import { SpareBuffers } from '../../spare-buffers.ts';

/** What one upload takes of the budget. */
export interface UploadShare {
  /** Takes so many bytes, or takes nothing and says `overloaded` when that many are not left. */
  readonly take: (bytes: number) => ServingError | undefined;
  /** Gives everything back; what is taken afterwards no longer counts. */
  readonly release: () => void;
}

/**
 * Bytes count when they have arrived, not when they are announced: else a few clients that announce much and send
 * nothing would keep everybody out.
 */
export class UploadBudget {
  /** Left by uploads that have been answered, for the next ones. */
  readonly spare = new SpareBuffers();
  #bytesLeft: number;

  constructor(bytes: number) {
    this.#bytesLeft = bytes;
  }

  open(): UploadShare {
    let taken = 0;
    let isReleased = false;
    return {
      take: (bytes) => {
        if (isReleased) return undefined;
        if (bytes > this.#bytesLeft) {
          return new ServingError('overloaded', 'Too many uploads are in memory at once; try again.', {
            retryAfterSeconds: 1,
          });
        }
        this.#bytesLeft -= bytes;
        taken += bytes;
        return undefined;
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#bytesLeft += taken;
      },
    };
  }
}
