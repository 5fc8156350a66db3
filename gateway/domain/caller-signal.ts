/** Says that the caller of some work has gone: an AbortSignal does, and so may what costs less to make. */

export interface CallerSignal {
  /** Whether the caller has gone already; who listens from now on is not called any more. */
  readonly aborted: boolean;
  /** The listener is called once at most. */
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
