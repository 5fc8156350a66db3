/** Parses the beginning of a file whose length only the parser can tell, reading no more than it asks for. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { BytesEndEarly } from './bytes-end-early.ts';
import type { CheckpointFile } from './checkpoint-file.ts';

const firstGuess = 2 ** 18;
/** The names of ten thousand tensors take about 3 MiB. */
export const longestPickle = 2 ** 26;

/** Arrays of NumPy lie in the pickle itself, unlike tensors. */
export function tooLong(): UnsupportedModel {
  return new UnsupportedModel(
    `More than ${longestPickle / 2 ** 20} MiB in it are no tensors, as when arrays of NumPy are saved beside the weights. ` +
      "Save the model's state_dict() alone and give that.",
  );
}

/**
 * Parses again with at least twice as many bytes each time the parser runs out of them.
 *
 * @throws MalformedBytes when the parser needs more than the file holds.
 * @throws UnsupportedModel when it needs more than 64 MiB.
 */
export async function readGrowing<T>(file: CheckpointFile, parse: (beginning: Uint8Array) => T): Promise<T> {
  const most = Math.min(file.size, longestPickle);
  for (let length = Math.min(firstGuess, most); ;) {
    const outcome = attempt(parse, await file.read(0, length));
    if ('value' in outcome) return outcome.value;
    const { needed } = outcome.endsEarly;
    if (needed > file.size) throw new BytesEndEarly(needed, file.size);
    if (needed > longestPickle) throw tooLong();
    length = Math.min(most, Math.max(needed, 2 * length));
  }
}

function attempt<T>(
  parse: (beginning: Uint8Array) => T,
  beginning: Uint8Array,
): { value: T } | { endsEarly: BytesEndEarly } {
  try {
    return { value: parse(beginning) };
  } catch (cause) {
    if (cause instanceof BytesEndEarly) return { endsEarly: cause };
    throw cause;
  }
}
