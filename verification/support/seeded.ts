/** Chances that are the same on every machine, for tests that try many things. */

/** Numbers in [0, 1) from 32-bit integer arithmetic alone (xorshift32). */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
