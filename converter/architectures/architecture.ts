/** What every architecture is: a name, how its checkpoints are known, and the network its names stand for. */
import type { PreprocessingRecipe } from '../../gateway/domain/preprocessing.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { Value } from '../network/network-builder.ts';
import type { Layers } from './layers.ts';

export interface Architecture {
  /** As `--architecture` takes it. */
  readonly name: string;
  /** How pictures are prepared when nothing else is said. */
  readonly recipe: PreprocessingRecipe;
  /** Whether the names and shapes are those of this architecture; parameters may still be missing. */
  readonly recognises: (checkpoint: Checkpoint) => boolean;
  /** @param input [N,size,size,3]; @returns logits [N,classes]. */
  readonly build: (layers: Layers, input: Value) => Value;
}

/** How many of `prefix.0.suffix`, `prefix.1.suffix`, … there are, without a gap. */
export function countNumbered(names: { has(name: string): boolean }, prefix: string, suffix: string): number {
  let count = 0;
  while (names.has(`${prefix}.${count}.${suffix}`)) count += 1;
  return count;
}
