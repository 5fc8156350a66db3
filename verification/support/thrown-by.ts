/** Gives an assertion the error of a piece of work, so that nothing is asserted only in a catch. */

export async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}
